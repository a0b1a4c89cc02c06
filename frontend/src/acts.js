// What a reader does to HTML that Python drew: `data-wb-do` names what Python is asked, `data-wb-with` goes along.

// How long somebody who types is left in peace.
const TYPING = 250;
const SHORTCUTS = { z: "undo", y: "redo" };
export const TYPED = "input:not([type=checkbox], [type=radio], [type=range]), textarea";

/** Hand `ask(what, given, value)` every button clicked, field changed, form sent and `details` opened in `root`. */
export function listen(root, ask, signal) {
  let typing = 0;
  const from = (element, value) => ask(element.dataset.wbDo, JSON.parse(element.dataset.wbWith ?? "null"), value);
  const found = (event) => event.target.closest?.("[data-wb-do]");
  const on = (kind, handle, options = {}) => root.addEventListener(kind, handle, { ...options, signal });
  on("click", (event) => {
    const element = found(event);
    if (!element || !element.matches("button, a")) return;
    event.preventDefault();
    from(element, null);
  });
  on("submit", (event) => {
    const form = found(event);
    if (!form) return;
    event.preventDefault();
    from(form, fields(form));
  });
  on("change", (event) => {
    const field = found(event);
    if (!field || !field.matches("input, select, textarea")) return;
    clearTimeout(typing);
    from(field, valueOf(field));
  });
  on("input", (event) => {
    const field = found(event);
    if (!field || !field.matches("input[type=search]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => from(field, valueOf(field)), TYPING);
  });
  // Neither does `toggle` bubble, nor does opening by the morph ask anything.
  on("toggle", (event) => {
    const element = event.target;
    if (element.matches("details[data-wb-do]") && element.open && !element.dataset.wbOpened) {
      element.dataset.wbOpened = "yes";
      from(element, true);
    }
  }, { capture: true });
  listenToShortcuts(root, ask, signal);
}

/** Undo and redo by the keys that everybody knows; what somebody types in a field is the field's own to undo. */
export function listenToShortcuts(root, ask, signal, isOwn = () => true) {
  root.addEventListener("keydown", (event) => {
    const what = SHORTCUTS[event.key.toLowerCase()];
    if (!what || !(event.ctrlKey || event.metaKey) || event.target.matches(TYPED) || !isOwn(event)) return;
    event.preventDefault();
    ask(what === "undo" && event.shiftKey ? "redo" : what, null, null);
  }, { signal });
}

function valueOf(field) {
  if (field.type === "checkbox") return field.checked;
  if (field.multiple) return [...field.selectedOptions].map(({ value }) => value);
  return field.value;
}

// What stands in a form, by name; a name that several fields share has a list of what is chosen.
function fields(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    const isTick = field.type === "checkbox" || field.type === "radio";
    if (field.type === "checkbox" && field.hasAttribute("value")) {
      (found[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    } else if (field.type === "radio") {
      if (field.checked) found[field.name] = field.value;
    } else found[field.name] = isTick ? field.checked : valueOf(field);
  }
  return found;
}
