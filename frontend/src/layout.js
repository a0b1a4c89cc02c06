// Where everything of a process map stands: top to bottom, heavy ways straight, nothing upon a label.
import { Graph, layout as dagre } from "./dagre.js";
import { downwards } from "./cycles.js";
import { smooth } from "./curve.js";
import { arrangedLike, orderOf } from "./order.js";
import { spread } from "./spread.js";
import { straighten } from "./straighten.js";

const GAP = { boxes: 28, lines: 12, least: 20, most: 84, slant: 0.3 };
const ARROW = 8;
const PORT = { apart: 17, inset: 14, widest: 260 };
const LOOP = { reach: 26, spread: 9, label: 4 };

const round = (value) => Math.round(value * 100) / 100;

/**
 * Lay out a directed graph.
 *
 * Input: {nodes: [{width, height, side?}], edges: [{source, target, weight, width, height}]}; `side` is how much
 * of a node's upper and lower side lines may use (all of it), source and target are places in `nodes`, weight is
 * how much an edge matters, width and height are its label's. Output, in the same
 * order: {left, top, width, height, nodes: [{x, y, width}], edges: [{x, y, path, points, tip}]}; the first four are
 * the frame around it all, x and y are centres (of a label for an edge), `path` is SVG, `points` is what it
 * passes, and `tip` is where the arrow ends and the direction it points to. The same input gives the same
 * output.
 */
export function layout(graph) {
  return drawn(graph, (boxes, ways) => {
    turnDown(boxes, ways);
    return arranged(boxes, ways);
  }).frame;
}

/**
 * The order of a whole map, to lay out any part of it alike: `{frame, order}`, the order for `layoutLike`.
 *
 * `graph` is what `layout` takes, with the `key` of each node and edge beside the rest: those of a part are found
 * by it.
 */
export function layoutWhole(graph) {
  const { frame, boxes, chains } = drawn(graph, (found, ways) => {
    turnDown(found, ways);
    return arranged(found, ways);
  });
  return { frame, order: orderOf(graph, boxes, chains) };
}

/**
 * Lay out a part of a map so that the eye keeps its place: what stood above stands above, what stood to the left of
 * something in its row stands there. `order` comes from `layoutWhole` of the whole map, the graph's keys are its.
 */
export function layoutLike(order, graph) {
  return drawn(graph, (boxes, ways) => arrangedLike(order, graph, boxes, ways)).frame;
}

// A graph placed, by who arranges its boxes and ways into chains of items from row to row.
function drawn({ nodes, edges }, arrange) {
  if (!nodes.length) {
    return { frame: { left: 0, top: 0, width: 0, height: 0, nodes: [], edges: [] }, boxes: [], chains: [] };
  }
  const loops = edges.map((edge, index) => ({ ...edge, index })).filter((edge) => edge.source === edge.target);
  const ways = edges.map((edge, index) => ({ ...edge, index })).filter((edge) => edge.source !== edge.target);
  const boxes = nodes.map((node) => ({ ...node, room: 0, gap: GAP.boxes, isBox: true }));
  for (const loop of loops) boxes[loop.source].room += LOOP.reach + LOOP.label + loop.width;
  const chains = arrange(boxes, ways);
  for (const side of [lower, upper]) widen(boxes, chains, side);
  const rows = inRows(boxes, chains);
  straighten(rows, chains);
  setHeights(rows, chains);
  const lines = connected(boxes, chains);
  const found = edges.map(() => null);
  chains.forEach((chain, i) => (found[chain.index] = lines[i]));
  for (const loop of loops) found[loop.index] = looped(boxes[loop.source], loop);
  return { frame: framed(boxes, found), boxes, chains };
}

// Which lines run upwards, and which box is the upper one of each.
function turnDown(boxes, ways) {
  const place = downwards(boxes.map((_, i) => i), ways);
  for (const way of ways) {
    way.isBack = place.get(way.source) > place.get(way.target);
    [way.upper, way.lower] = way.isBack ? [way.target, way.source] : [way.source, way.target];
  }
}

// What stands in which row, and in which order: dagre's part. Each edge becomes a chain of items from the
// upper to the lower box; one of them is its label.
function arranged(boxes, ways) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: GAP.boxes, edgesep: GAP.lines, ranksep: 60 });
  graph.setDefaultEdgeLabel(() => ({}));
  boxes.forEach((box, i) => {
    graph.setNode(String(i), { width: box.width + box.room, height: box.height });
  });
  const heaviest = Math.max(1, ...ways.map((way) => way.weight));
  for (const way of ways) {
    const weight = 1 + Math.round(19 * (way.weight / heaviest));
    const label = { width: way.width, height: way.height, labelpos: "c", weight };
    graph.setEdge(String(way.upper), String(way.lower), label, String(way.index));
  }
  dagre(graph);
  boxes.forEach((box, i) => {
    const { x, y } = graph.node(String(i));
    // Its own middle counts, not that of box and loop together.
    Object.assign(box, { x: x - box.room / 2, row: y, left: box.width / 2, right: box.width / 2 + box.room });
  });
  return ways.map((way) => {
    const edge = graph.edge(String(way.upper), String(way.lower), String(way.index));
    const inner = edge.points.slice(1, -1).map(({ x, y }) => {
      const isLabel = Math.abs(y - edge.y) < 0.5;
      const half = isLabel ? way.width / 2 : 0.5;
      return { x, row: y, gap: GAP.lines, isLabel, left: half, right: half, height: isLabel ? way.height : 1 };
    });
    return { ...way, items: [boxes[way.upper], ...inner, boxes[way.lower]] };
  });
}

// The two ends of a line, each as the box and the item that comes next.
const upper = ({ items }) => [items[0], items[1]];
const lower = ({ items }) => [items.at(-1), items.at(-2)];

// A box on which many lines end is wide enough for all their arrows, the heaviest of them in its middle.
function widen(boxes, chains, end) {
  for (const [box, lines] of sides(boxes, chains, end)) {
    if (typeof box.side === "number" || lines.length < 2) continue;
    const heaviest = lines.reduce((best, line) => (line.weight > best.weight ? line : best));
    const place = lines.indexOf(heaviest);
    const needed = 2 * (Math.max(place, lines.length - 1 - place) * PORT.apart + PORT.inset);
    const wider = Math.min(PORT.widest, needed) - box.width;
    if (wider <= 0) continue;
    box.width += wider;
    box.left += wider / 2;
    box.right += wider / 2;
  }
}

// The lines that end on one side of each box, from left to right.
function sides(boxes, chains, end) {
  const found = new Map(boxes.map((box) => [box, []]));
  chains.forEach((chain, i) => {
    const [box, next] = end(chain);
    found.get(box).push({ i, wish: next.x, weight: chain.weight });
  });
  for (const lines of found.values()) lines.sort((a, b) => a.wish - b.wish || a.i - b.i);
  return found;
}

function inRows(boxes, chains) {
  const items = new Set([...boxes, ...chains.flatMap((chain) => chain.items)]);
  const rows = new Map();
  for (const item of items) {
    const key = Math.round(item.row);
    if (!rows.has(key)) rows.set(key, []);
    rows.get(key).push(item);
  }
  const keys = [...rows.keys()].sort((a, b) => a - b);
  return keys.map((key) => rows.get(key).sort((a, b) => a.x - b.x));
}

// Rows as high as what stands in them, and between two rows as much room as the lines there need to slant.
function setHeights(rows, chains) {
  const number = new Map(rows.flatMap((row, i) => row.map((item) => [item, i])));
  const slants = rows.map(() => 0);
  for (const { items } of chains) {
    for (let i = 1; i < items.length; i++) {
      const row = number.get(items[i]);
      slants[row] = Math.max(slants[row], Math.abs(items[i].x - items[i - 1].x));
    }
  }
  let y = 0;
  rows.forEach((row, i) => {
    const height = Math.max(...row.map((item) => item.height));
    if (i) y += Math.min(GAP.most, Math.max(GAP.least, GAP.slant * slants[i]));
    for (const item of row) Object.assign(item, { y: y + height / 2, band: height });
    y += height;
  });
}

// Lines from box to box. In a row that they only pass they run straight down: beside a box and a label, never
// through it.
function connected(boxes, chains) {
  const starts = ports(boxes, chains, upper);
  const ends = ports(boxes, chains, lower);
  return chains.map((chain, i) => {
    const [above, below] = [chain.items[0], chain.items.at(-1)];
    const inner = chain.items.slice(1, -1).flatMap(({ x, y, band }) => [
      { x, y: y - band / 2 },
      { x, y: y + band / 2 },
    ]);
    const top = { x: starts[i], y: above.y + above.height / 2 };
    const bottom = { x: ends[i], y: below.y - below.height / 2 };
    const tip = chain.isBack ? { ...top, dx: 0, dy: -1 } : { ...bottom, dx: 0, dy: 1 };
    // Lines leave a box as they enter it, straight for the length of an arrow: side by side they do not cross.
    const stubs = [
      { ...top, y: top.y + ARROW },
      { ...bottom, y: bottom.y - ARROW },
    ];
    const points = [...stubs.slice(0, 1), ...inner, ...stubs.slice(1)];
    if (chain.isBack) points.push(bottom);
    else points.unshift(top);
    if (chain.isBack) points.reverse();
    const label = chain.items.find((item) => item.isLabel) ?? { x: (top.x + bottom.x) / 2, y: (top.y + bottom.y) / 2 };
    return { x: label.x, y: label.y, width: chain.width, height: chain.height, points, path: smooth(points), tip };
  });
}

// Where on a side of its box each line begins or ends: below where it goes to, and not upon another.
function ports(boxes, chains, end) {
  const found = [];
  for (const [box, lines] of sides(boxes, chains, end)) {
    const half = Math.max(0, (box.side ?? box.width) / 2 - PORT.inset);
    const apart = Math.min(PORT.apart, (2 * half) / Math.max(1, lines.length - 1));
    const inside = (x, i) => {
      const left = box.x - half + i * apart;
      const right = box.x + half - (lines.length - 1 - i) * apart;
      return Math.min(Math.max(x, left), Math.max(left, right));
    };
    const wishes = lines.map((line, i) => inside(line.wish, i));
    const weights = lines.map((line) => line.weight || 1e-6);
    const places = spread(wishes, weights, lines.map(() => apart));
    lines.forEach((line, i) => (found[line.i] = inside(places[i], i)));
  }
  return found;
}

// dagre has no loops as we want them: an ear at the right side, its label beside it.
function looped(box, loop) {
  const side = box.x + box.width / 2;
  const [from, to] = [box.y + LOOP.spread, box.y - LOOP.spread];
  const far = side + LOOP.reach * 1.25;
  const start = { x: side, y: from };
  const end = { x: side + ARROW, y: to };
  const path = `M${round(side)},${round(from)}C${[
    [far, from + 6],
    [far, to - 6],
    [end.x, end.y],
  ].map((corner) => corner.map(round).join(",")).join(" ")}`;
  return {
    x: side + LOOP.reach + LOOP.label + loop.width / 2,
    y: box.y,
    width: loop.width,
    height: loop.height,
    points: [start, { x: side + LOOP.reach, y: box.y }, end],
    path,
    tip: { x: side, y: to, dx: -1, dy: 0 },
  };
}

// The frame around it all, and numbers short enough to be read.
function framed(boxes, edges) {
  const corners = [
    ...boxes.map(({ x, y, width, height }) => ({ x, y, width, height })),
    ...edges.flatMap((edge) => [edge, ...edge.points.map(({ x, y }) => ({ x, y, width: 0, height: 0 }))]),
  ];
  const left = Math.min(...corners.map(({ x, width }) => x - width / 2));
  const right = Math.max(...corners.map(({ x, width }) => x + width / 2));
  const top = Math.min(...corners.map(({ y, height }) => y - height / 2));
  const bottom = Math.max(...corners.map(({ y, height }) => y + height / 2));
  return {
    left: round(left),
    top: round(top),
    width: round(right - left),
    height: round(bottom - top),
    nodes: boxes.map(({ x, y, width }) => ({ x: round(x), y: round(y), width: round(width) })),
    edges: edges.map(({ x, y, path, points, tip }) => ({
      x: round(x),
      y: round(y),
      path,
      points: points.map((point) => ({ x: round(point.x), y: round(point.y) })),
      tip: { ...tip, x: round(tip.x), y: round(tip.y) },
    })),
  };
}
