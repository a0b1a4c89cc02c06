// What the marks on the map mean: a small sign as on the map, and a sentence.
import { h, s } from "./dom.js";

/** Fill a list with entries `[kind, text]`; hidden where there are none. */
export function legendOf(list, entries = []) {
  list.hidden = !entries.length;
  list.replaceChildren(...entries.map(([kind, text]) => h("li", {}, sign(kind), text)));
}

function sign(kind) {
  const shape = s("rect", { class: `wb-map-sample-${kind}`, x: 3, y: 3, width: 20, height: 10, rx: kind === "breach" ? 5 : 3 });
  return s("svg", { viewBox: "0 0 26 16", width: 26, height: 16, "aria-hidden": "true" }, shape);
}
