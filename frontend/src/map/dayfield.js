// The day that parts before from after: typed or picked, asked for once it is whole and parts something.
import { h } from "./dom.js";

// How long somebody who types or steps through days is left in peace.
const TYPING = 500;
let fields = 0;

export class DayField {
  constructor(asks) {
    Object.assign(this, { asks, chosen: "", asked: null, waiting: 0, between: "" });
    fields += 1;
    this.hint = h("p", { class: "wb-tools-said wb-is-warn", role: "status", id: `wb-day-${fields}`, hidden: true });
    this.input = h("input", {
      type: "date",
      "aria-describedby": this.hint.id,
      onchange: () => this.changed(),
      onblur: () => this.left(),
    });
  }

  get isRight() {
    return this.input.validity.valid;
  }

  // A year is typed digit by digit, each of which makes another day of it.
  changed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), TYPING);
  }

  ask() {
    clearTimeout(this.waiting);
    this.waiting = 0;
    this.tell(this.isRight);
    if (!this.isRight) return;
    this.asked = this.input.value;
    this.asks(this.asked);
  }

  // What was not finished, or parts nothing, makes room for the day that parts now; why is still said.
  left() {
    if (this.waiting) this.ask();
    if (!this.isRight || !this.input.value || this.input.value !== this.asked) this.input.value = this.chosen;
    this.input.setAttribute("aria-invalid", "false");
  }

  tell(isRight) {
    this.input.setAttribute("aria-invalid", String(!isRight));
    this.hint.textContent = isRight ? "" : this.between;
    this.hint.hidden = isRight;
  }

  set({ day, first, last, between }) {
    Object.assign(this.input, { min: first, max: last });
    Object.assign(this, { between, chosen: day });
    if (day === this.asked) this.asked = null;
    if (document.activeElement !== this.input) this.input.value = day;
  }
}
