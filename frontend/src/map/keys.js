// The map by keyboard: arrows go to the next box or line in that direction, Enter asks, Escape lets go.

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** The nearest of `others` (a Map key → {x, y}) from a place in a direction; null where there is none. */
export function nextIn(others, from, [dx, dy]) {
  let best = null;
  for (const [key, at] of others) {
    const [x, y] = [at.x - from.x, at.y - from.y];
    const along = x * dx + y * dy;
    if (along <= 1) continue;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    const far = along + 2.2 * aside;
    if (!best || far < best.far) best = { key, far };
  }
  return best?.key ?? null;
}

/**
 * Listen on the map's stage. `map` has `placesOf()` (key → {x, y} of all that can be reached), `focused` (a key or null),
 * `focus(key)`, `choose(key)`, `leave()`, and the camera's `zoomBy`, `pan`, `fit`, `search`.
 */
export function listenToKeys(stage, map, signal) {
  stage.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const act = action(event, map);
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
    { signal },
  );
}

function action(event, map) {
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) return () => map.pan(-arrow[0] * 60, -arrow[1] * 60);
  if (arrow) return () => step(map, arrow);
  if ((event.key === "Enter" || event.key === " ") && map.focused) return () => map.choose(map.focused);
  if (event.key === "Escape") return () => map.leave();
  if (event.key === "+" || event.key === "=") return () => map.zoomBy(1.25);
  if (event.key === "-") return () => map.zoomBy(0.8);
  if (event.key === "0") return () => map.fit();
  if (event.key === "/") return () => map.search();
  if (event.key === "Home") return () => map.focus(topmost(map.placesOf()));
  return null;
}

// Where the process begins.
function topmost(places) {
  const [first] = [...places].reduce((one, other) => (other[1].y < one[1].y ? other : one));
  return first;
}

function step(map, arrow) {
  const places = map.placesOf();
  const from = places.get(map.focused);
  const next = from ? nextIn(places, from, arrow) : topmost(places);
  if (next) map.focus(next);
}
