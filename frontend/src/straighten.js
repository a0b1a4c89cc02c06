// Places across. dagre says what stands in which row and in which order; here lines become straight, the heavy
// ones first. In three steps: near to what pulls, then whole columns aligned, then the columns put to rest.
import { spread } from "./spread.js";

const ROUNDS = { near: 24, rest: 40 };
// A bend in the middle of a line is uglier than one beside a box.
const INSIDE = 4;

/**
 * Set the places across of all items (in place, the order in each row kept).
 *
 * `rows` is a list of rows, each a list of items {x, left, right, gap} from left to right, where left and
 * right are how far an item reaches from its x; `chains` a list of {weight, items} with the items that a line passes from row to row, box to box.
 */
export function straighten(rows, chains) {
  const steps = chains.flatMap(({ weight, items }) =>
    items.slice(1).map((lower, i) => {
      const upper = items[i];
      return { upper, lower, weight: weight * (upper.isBox || lower.isBox ? 1 : INSIDE) };
    }),
  );
  near(rows, steps);
  const columns = align(rows, steps);
  rest(rows, columns, steps);
}

// Every item as near to what it is connected with as its row allows, row by row, down and up again.
function near(rows, steps) {
  const pulls = pullsOf(steps);
  for (let round = 0; round < ROUNDS.near; round++) {
    const ordered = round % 2 ? [...rows].reverse() : rows;
    for (const row of ordered) {
      const wishes = row.map((item) => middle(item.x, pulls.get(item) ?? [], ({ other }) => other.x));
      const weights = row.map((item) => (pulls.get(item) ?? []).reduce((sum, { weight }) => sum + weight, 1e-6));
      const gaps = row.map((item, i) => (i ? apart(row[i - 1], item) : 0));
      spread(wishes, weights, gaps).forEach((x, i) => (row[i].x = x));
    }
  }
}

// Items that shall stand exactly below each other. A heavy step comes first; one that crosses what is aligned
// already, or whose end is taken, is left slanting. What does not cross can always be laid out (Brandes, Köpf).
function align(rows, steps) {
  const place = new Map(rows.flatMap((row, r) => row.map((item, i) => [item, { r, i }])));
  const below = new Map();
  const above = new Map();
  const taken = rows.map(() => []);
  const ordered = steps.map((step, i) => ({ ...step, i })).sort((a, b) => b.weight - a.weight || a.i - b.i);
  for (const { upper, lower } of ordered) {
    if (below.has(upper) || above.has(lower)) continue;
    const [from, to] = [place.get(upper), place.get(lower)];
    if (to.r !== from.r + 1) continue;
    if (taken[from.r].some((other) => (other.from - from.i) * (other.to - to.i) < 0)) continue;
    taken[from.r].push({ from: from.i, to: to.i });
    below.set(upper, lower);
    above.set(lower, upper);
  }
  const columns = new Map();
  for (const item of rows.flat()) {
    if (above.has(item)) continue;
    const column = { items: [] };
    for (let next = item; next; next = below.get(next)) {
      column.items.push(next);
      columns.set(next, column);
    }
    column.x = column.items.reduce((sum, { x }) => sum + x, 0) / column.items.length;
  }
  return columns;
}

// Columns from left to right, first pushed apart as far as they must be, then moved to where lines pull them.
function rest(rows, columns, steps) {
  const neighbours = new Map([...new Set(columns.values())].map((column) => [column, { left: [], right: [] }]));
  for (const row of rows) {
    for (let i = 1; i < row.length; i++) {
      const [left, right] = [columns.get(row[i - 1]), columns.get(row[i])];
      const gap = apart(row[i - 1], row[i]);
      neighbours.get(right).left.push({ column: left, gap });
      neighbours.get(left).right.push({ column: right, gap });
    }
  }
  const least = (column) => Math.max(...neighbours.get(column).left.map((found) => found.column.x + found.gap), -Infinity);
  const most = (column) => Math.min(...neighbours.get(column).right.map((found) => found.column.x - found.gap), Infinity);
  const ordered = leftToRight(neighbours);
  for (const column of ordered) column.x = Math.max(column.x, least(column));
  const pulls = new Map(ordered.map((column) => [column, []]));
  for (const { upper, lower, weight } of steps) {
    const [one, other] = [columns.get(upper), columns.get(lower)];
    if (one === other) continue;
    // A line needs not end in the middle of its box: within its side it is straight as well.
    const reach = Math.max(reachOf(upper), reachOf(lower));
    pulls.get(one).push({ other, weight, reach });
    pulls.get(other).push({ other: one, weight, reach });
  }
  for (let round = 0; round < ROUNDS.rest; round++) {
    for (const column of round % 2 ? ordered : [...ordered].reverse()) {
      const wish = middle(column.x, pulls.get(column), ({ other, reach }) =>
        Math.min(Math.max(column.x, other.x - reach), other.x + reach),
      );
      column.x = Math.min(Math.max(wish, least(column)), most(column));
    }
  }
  for (const [item, column] of columns) item.x = column.x;
}

function leftToRight(neighbours) {
  const ordered = [];
  const seen = new Set();
  const visit = (column) => {
    if (seen.has(column)) return;
    seen.add(column);
    for (const found of neighbours.get(column).left) visit(found.column);
    ordered.push(column);
  };
  for (const column of neighbours.keys()) visit(column);
  return ordered;
}

function pullsOf(steps) {
  const pulls = new Map();
  const add = (item, pull) => (pulls.has(item) ? pulls.get(item).push(pull) : pulls.set(item, [pull]));
  for (const { upper, lower, weight } of steps) {
    add(upper, { other: lower, weight });
    add(lower, { other: upper, weight });
  }
  return pulls;
}

// The weighted mean of where an item is pulled to; without any pull it stays.
function middle(x, pulls, where) {
  let sum = 1e-6 * x;
  let weights = 1e-6;
  for (const pull of pulls) {
    sum += pull.weight * where(pull);
    weights += pull.weight;
  }
  return sum / weights;
}

const apart = (left, right) => left.right + right.left + Math.max(left.gap, right.gap);
const reachOf = (item) => (item.isBox ? Math.max(0, (item.side ?? item.width) / 2 - 16) : 0);
