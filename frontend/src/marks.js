// When a reader did something and when its effect was painted, for whoever measures: performance marks.

export function sent() {
  performance.mark("wb-sent");
}

/** After the next frame has been painted. */
export function painted(name) {
  requestAnimationFrame(() => setTimeout(() => performance.mark(`wb-painted-${name}`)));
}
