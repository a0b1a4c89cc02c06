// Which edges run backwards. A process flows downwards; what leads back up is what weighs least.

/**
 * An order of the nodes in which the edges against it weigh little, as a Map from node to place.
 *
 * Sources and sinks are peeled off first, then the node that sends most more than it receives (Eades, Lin and
 * Smyth, with weights); after that single nodes move as long as that makes the edges against the order lighter.
 */
export function downwards(ids, edges) {
  const order = peeled(ids, edges);
  improve(order, edges);
  return new Map(order.map((id, place) => [id, place]));
}

function peeled(ids, edges) {
  const left = new Set(ids);
  const balance = () => {
    const sums = new Map([...left].map((id) => [id, { into: 0, out: 0 }]));
    for (const { source, target, weight } of edges) {
      if (!left.has(source) || !left.has(target)) continue;
      sums.get(source).out += weight;
      sums.get(target).into += weight;
    }
    return sums;
  };
  const head = [];
  const tail = [];
  while (left.size) {
    const sums = balance();
    const all = [...left];
    let next = all.find((id) => sums.get(id).into === 0);
    if (next === undefined) {
      const sink = all.find((id) => sums.get(id).out === 0);
      if (sink !== undefined) {
        tail.unshift(sink);
        left.delete(sink);
        continue;
      }
      const surplus = (id) => sums.get(id).out - sums.get(id).into;
      next = all.reduce((best, id) => (surplus(id) > surplus(best) ? id : best));
    }
    head.push(next);
    left.delete(next);
  }
  return [...head, ...tail];
}

function improve(order, edges) {
  const between = new Map(order.map((id) => [id, new Map()]));
  for (const { source, target, weight } of edges) {
    // How much is won when `source` stands directly before `target`.
    add(between.get(source), target, weight);
    add(between.get(target), source, -weight);
  }
  for (let round = 0; round < order.length; round++) {
    let moved = false;
    for (const id of [...order]) {
      const from = order.indexOf(id);
      const [to, gain] = bestPlace(order, from, between.get(id));
      if (gain > 1e-9) {
        order.splice(from, 1);
        order.splice(to, 0, id);
        moved = true;
      }
    }
    if (!moved) return;
  }
}

function bestPlace(order, from, wins) {
  let best = [from, 0];
  let gain = 0;
  for (let place = from - 1; place >= 0; place--) {
    gain += wins.get(order[place]) ?? 0;
    if (gain > best[1] + 1e-9) best = [place, gain];
  }
  gain = 0;
  for (let place = from + 1; place < order.length; place++) {
    gain -= wins.get(order[place]) ?? 0;
    if (gain > best[1] + 1e-9) best = [place, gain];
  }
  return best;
}

function add(map, key, value) {
  map.set(key, (map.get(key) ?? 0) + value);
}
