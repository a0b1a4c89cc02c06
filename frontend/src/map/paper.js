// On paper stands the whole map, as large as the sheet allows; afterwards the screen shows what it showed.

/** Have `camera` turn to paper and back as the page is printed; `settle` brings the picture to rest before. */
export function listenToPrinting(camera, settle, signal) {
  const on = (kind, does) => window.addEventListener(kind, does, { signal });
  on("beforeprint", () => (settle(), camera.toPaper()));
  on("afterprint", () => camera.toScreen());
}
