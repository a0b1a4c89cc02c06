// What is chosen stands behind the # of the address, so that a page can be sent on, kept, and gone back to.

const hash = () => window.location.hash.slice(1);

/** Keep `hash` of the model and that of the address the same, both ways. */
export function followAddress(model, signal) {
  const told = () => {
    if (model.get("hash") === hash()) return;
    model.set("hash", hash());
    model.save_changes();
  };
  const said = () => {
    if (model.get("hash") === hash()) return;
    const wanted = model.get("hash");
    window.history.replaceState(null, "", wanted ? `#${wanted}` : window.location.pathname + window.location.search);
  };
  if (hash()) told();
  else said();
  model.on("change:hash", said);
  window.addEventListener("hashchange", told, { signal });
}
