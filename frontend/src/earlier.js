// Paper cannot be drawn anew: a part that does not show the present choice says so there.

/** Have `root` know the sentence of a part that is not up to date; the style sheet writes it on paper. */
export function sayEarlier(model, root, signal) {
  const say = () => (root.dataset.wbEarlier = model.get("earlier") ?? "");
  model.on("change:earlier", say);
  signal.addEventListener("abort", () => model.off("change:earlier", say));
  say();
}
