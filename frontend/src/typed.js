// What somebody typed into a form stays while that form does: a redraw, or an answer that refuses it, begins it not anew.
import { TYPED } from "./acts.js";

/**
 * Whether what has the focus holds what a reader types or chooses just now: what stands in a button is ours to say, and
 * in a list as well once they take back (`takesBack`) what they chose in it.
 */
export function isTheirs(takesBack) {
  const active = document.activeElement;
  return !!active?.matches(takesBack ? TYPED : "input, select, textarea");
}

const form = ({ form }) => form && form.dataset.wbDo + (form.dataset.wbWith ?? "");

/** For a morph, before `old` becomes `anew`: a field of the same form, of the same name, has what it had. */
export function keepTyped(old, anew) {
  if (!old.matches?.("input, select, textarea") || !old.name || old.name !== anew.name || old.type !== anew.type) return;
  if (!form(old) || form(old) !== form(anew)) return;
  if (old.type === "checkbox" || old.type === "radio") {
    if (old.value === anew.value) anew.checked = old.checked;
  } else if (old.localName !== "select" || [...anew.options].some(({ value }) => value === old.value)) {
    anew.value = old.value;
  }
}
