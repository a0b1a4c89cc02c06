// Things in a row that want to stand somewhere, but not closer to each other than they may.

/**
 * Places for items in their given order: as near as possible to what each wants, by weight, and kept apart.
 *
 * `wishes` and `weights` have one entry an item, `gaps[i]` is the least distance of item i from item i - 1.
 * This is isotonic regression: neighbours that would collide are pooled and placed as one block.
 */
export function spread(wishes, weights, gaps) {
  const offsets = [];
  let offset = 0;
  wishes.forEach((_, i) => offsets.push((offset += i ? gaps[i] : 0)));
  const blocks = [];
  wishes.forEach((wish, i) => {
    let block = { sum: weights[i] * (wish - offsets[i]), weight: weights[i], size: 1 };
    for (let last = blocks.at(-1); last && mean(last) > mean(block); last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, size: last.size + block.size };
    }
    blocks.push(block);
  });
  const places = blocks.flatMap((block) => Array(block.size).fill(mean(block)));
  return places.map((place, i) => place + offsets[i]);
}

const mean = (block) => block.sum / block.weight;
