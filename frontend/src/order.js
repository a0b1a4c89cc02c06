// The order of a whole map, and any part of it in that order. While a reader slides, boxes come and go; those that
// stay keep their rows' order from top to bottom and their order from left to right, so that the eye finds them again.
import { downwards } from "./cycles.js";

const LINE_GAP = 12;

/** Where everything of a placed map stands: rows and places across of nodes, and the bends of lines, by key. */
export function orderOf({ nodes, edges }, boxes, chains) {
  const rows = [...new Set(boxes.concat(chains.flatMap(({ items }) => items)).map(({ row }) => Math.round(row)))];
  rows.sort((a, b) => a - b);
  const number = new Map(rows.map((row, i) => [row, i]));
  const at = ({ row, x }) => ({ row: number.get(Math.round(row)), x });
  return {
    nodes: new Map(boxes.map((box, i) => [nodes[i].key, at(box)])),
    bends: new Map(chains.map(({ index, items }) => [edges[index].key, items.map(at)])),
  };
}

/** Chains of a part of a map, as `layout` wants them: boxes get row and x, lines run through the rows between. */
export function arrangedLike(order, { nodes, edges }, boxes, ways) {
  boxes.forEach((box, i) => {
    const known = order.nodes.get(nodes[i].key);
    Object.assign(box, { at: known?.row ?? 0, x: known?.x ?? 0, left: box.width / 2, right: box.width / 2 + box.room });
  });
  const levels = rowsOf(boxes, ways);
  return ways.map((way) => {
    const [source, target] = [boxes[way.source], boxes[way.target]];
    way.isBack = source.row > target.row;
    [way.upper, way.lower] = way.isBack ? [way.target, way.source] : [way.source, way.target];
    return { ...way, items: through(way, boxes, levels, order.bends.get(edges[way.index].key)) };
  });
}

// Even rows hold boxes, odd ones lie between: there is always one for a label. Boxes of one row between which a line
// is shown stand one below the other. Answers, row by row, where it lies in the whole map.
function rowsOf(boxes, ways) {
  const lowered = boxes.map(() => 0);
  const inside = ways.filter(({ source, target }) => boxes[source].at === boxes[target].at);
  if (inside.length) {
    const place = downwards(boxes.map((_, i) => i), inside);
    const down = inside
      .map(({ source, target }) => (place.get(source) < place.get(target) ? [source, target] : [target, source]))
      .sort((a, b) => place.get(a[0]) - place.get(b[0]));
    for (const [above, below] of down) lowered[below] = Math.max(lowered[below], lowered[above] + 1);
  }
  const deepest = Math.max(...lowered) + 1;
  const levelOf = (i) => boxes[i].at + lowered[i] / deepest;
  const levels = [...new Set(boxes.map((_, i) => levelOf(i)))].sort((a, b) => a - b);
  const number = new Map(levels.map((level, i) => [level, 2 * i]));
  boxes.forEach((box, i) => (box.row = number.get(levelOf(i))));
  return levels.flatMap((level, i) => (i + 1 < levels.length ? [level, (level + levels[i + 1]) / 2] : [level]));
}

// The items of a line from its upper to its lower box: one in each row between, its label in the middle one.
function through(way, boxes, levels, bends) {
  const [above, below] = [boxes[way.upper], boxes[way.lower]];
  const known = bends && bends[0].row > bends.at(-1).row ? [...bends].reverse() : bends;
  const points = known ?? [{ row: levels[above.row], x: above.x }, { row: levels[below.row], x: below.x }];
  const middle = Math.floor((above.row + below.row) / 2);
  const labelled = middle % 2 ? middle : middle + 1 < below.row ? middle + 1 : middle - 1;
  const items = [];
  for (let row = above.row + 1; row < below.row; row++) {
    const isLabel = row === labelled;
    const half = isLabel ? way.width / 2 : 0.5;
    const x = across(points, levels[row]);
    items.push({ x, row, gap: LINE_GAP, isLabel, left: half, right: half, height: isLabel ? way.height : 1 });
  }
  return [above, ...items, below];
}

// Where a line through points is at a row of the whole map.
function across(points, row) {
  const next = points.findIndex((point) => point.row >= row);
  if (next <= 0) return (next ? points.at(-1) : points[0]).x;
  const [one, other] = [points[next - 1], points[next]];
  return one.x + ((other.x - one.x) * (row - one.row)) / (other.row - one.row);
}
