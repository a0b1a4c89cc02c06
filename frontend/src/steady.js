// What a reader looks at stays where it is while parts above it are drawn anew, and grow or shrink.
const PANEL = ".wb-panel";
const STAGE = ".wb-map-stage";

const isInView = ({ top, bottom, height }) => height > 0 && bottom > 0 && top < window.innerHeight;

// What the reader stands on, or else the first part that begins in the window. On the map things have places of their
// own, which are no places on the page: who stands on one of them looks at the map.
function lookedAt() {
  const active = document.activeElement;
  const held = active?.closest(STAGE) ?? active;
  if (held && held !== document.body && held.closest(PANEL) && isInView(held.getBoundingClientRect())) return held;
  for (const panel of document.querySelectorAll(PANEL)) {
    const box = panel.getBoundingClientRect();
    if (box.top >= 0 && isInView(box)) return panel;
  }
  return null;
}

// What scrolls an element: the window on a page, a part of it in JupyterLab.
function scrollerOf(element) {
  for (let part = element.parentElement; part; part = part.parentElement) {
    if (part.scrollHeight > part.clientHeight && /auto|scroll/.test(getComputedStyle(part).overflowY)) return part;
  }
  return document.scrollingElement;
}

/** Let `redraw` change what is in `root`, and scroll by as much as that moved what the reader looks at. */
export function keepingPlace(root, redraw) {
  const seen = lookedAt();
  const before = seen?.getBoundingClientRect().top;
  // What is drawn below it does not move it.
  const mayMove = seen && root.getBoundingClientRect().top <= before;
  redraw();
  if (!mayMove) return;
  // What had the focus may be gone; what has taken its place stands for it.
  const held = root.contains(document.activeElement) ? document.activeElement : null;
  const now = seen.isConnected ? seen : held;
  const moved = now ? now.getBoundingClientRect().top - before : 0;
  if (Math.abs(moved) >= 1) scrollerOf(now).scrollTop += moved;
}
