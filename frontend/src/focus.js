// What somebody who uses the keyboard stands on stays, or the nearest thing to it: a redraw takes no focus away.
const REACHABLE = ":is(a[href], button, input, select, textarea, summary, [tabindex='0']):not([disabled])";

const reachable = (root) => [...root.querySelectorAll(REACHABLE)].filter((one) => one.getClientRects().length);

/**
 * Let `redraw` change what is in `root`. Where that takes away, or disables, what has the focus, what then stands in its
 * place has it, or the last thing before it; `otherwise` where nothing is left.
 */
export function keepingFocus(root, redraw, otherwise = null) {
  const held = root.contains(document.activeElement) ? document.activeElement : null;
  const place = held ? reachable(root).indexOf(held) : -1;
  redraw();
  if (!held) return;
  const isThere = held.isConnected && !held.disabled && held.getClientRects().length;
  if (isThere) {
    if (document.activeElement !== held) held.focus({ preventScroll: true });
    return;
  }
  const left = reachable(root);
  const next = left[Math.min(Math.max(place, 0), left.length - 1)] ?? otherwise;
  next?.focus({ preventScroll: true });
}
