// A part of a page that Python draws: shows its HTML, tells Python what a reader does, swaps what comes back.
import { Idiomorph } from "idiomorph";
import { listen, listenToShortcuts } from "./acts.js";
import { watch } from "./visible.js";
import { followAddress } from "./address.js";
import { sayEarlier } from "./earlier.js";
import { keepingFocus } from "./focus.js";
import { painted, sent } from "./marks.js";
import { keepingPlace } from "./steady.js";
import { isTheirs, keepTyped } from "./typed.js";

const MORPH = {
  morphStyle: "innerHTML",
  restoreFocus: true,
  callbacks: { beforeNodeMorphed: (old, anew) => keepTyped(old, anew) },
};

/**
 * An anywidget. Python's HTML is escaped where it is made. What may be done carries `data-wb-do`, the name of what
 * Python is asked, and `data-wb-with`, JSON that goes along: a button or link is clicked, a field changed, a form sent, a
 * `details` opened.
 */
function render({ model, el, signal }) {
  const root = document.createElement("div");
  root.className = "wb wb-panel";
  el.append(root);
  let morphed = false;
  let takesBack = false;
  const show = () => {
    const html = model.get("html");
    const morph = () => Idiomorph.morph(root, html, { ...MORPH, ignoreActiveValue: isTheirs(takesBack) });
    if (morphed) keepingPlace(root, () => keepingFocus(root, morph));
    else root.innerHTML = html;
    morphed = true;
    root.lang = model.get("language");
    painted(model.get("name"));
  };
  const busy = (isBusy = model.get("busy")) => {
    root.classList.toggle("wb-is-busy", isBusy);
    root.setAttribute("aria-busy", String(isBusy));
  };
  const ask = (what, given, value) => {
    busy(true);
    sent();
    takesBack = what === "undo" || what === "redo";
    model.send({ do: what, with: given, value });
  };
  model.on("change:html", show);
  const told = () => busy();
  model.on("change:busy", told);
  listen(root, ask, signal);
  sayEarlier(model, root, signal);
  watch(root, (visible) => tell(model, "visible", visible), signal);
  if (model.get("follows_address")) {
    followAddress(model, signal);
    // A page that is a reader's alone hears them wherever nothing else has the focus.
    listenToShortcuts(document, ask, signal, ({ target }) => target === document.body);
  }
  show();
  busy();
  return () => {
    model.off("change:html", show);
    model.off("change:busy", told);
    tell(model, "visible", false);
  };
}

function tell(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

export default { render };
