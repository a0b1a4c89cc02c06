// What acts on the map: what is shown, how much of it, search, zoom, files.
import { DayField } from "./dayfield.js";
import { h } from "./dom.js";

const SLIDING = 90;

export class Tools {
  /** `does(what, given, value)` hears everything; `controls` says what can be chosen and what is. */
  constructor(words, controls, does) {
    Object.assign(this, { words, does });
    this.overlay = h("select", { onchange: () => does("option", "overlay", this.overlay.value) });
    this.sliders = Object.fromEntries(["activities", "paths"].map((name) => [name, this.slider(name)]));
    this.search = h("input", {
      type: "search",
      autocomplete: "off",
      oninput: () => does("find"),
      onkeydown: ({ key }) => key === "Enter" && does("reveal"),
    });
    this.besides = h("p", { class: "wb-tools-said", role: "status", hidden: true });
    this.hits = h("span", { class: "wb-more", role: "status" });
    this.ideal = this.toggle("ideal");
    this.breaches = this.toggle("breaches");
    this.compared = h("select", { onchange: () => does("compare", null, this.compared.value) });
    this.since = new DayField((day) => does("since", null, day));
    // An <output> in a label would be what the label belongs to, since it stands before the field.
    const field = (label, control, shown) =>
      h("label", { class: "wb-field" }, h("span", {}, label, shown && " ", shown), control);
    const button = (label, what, hint) =>
      h(
        "button",
        { type: "button", class: "wb-button", title: hint, "aria-label": label.length === 1 && hint, onclick: () => does(what) },
        label,
      );
    this.comparing = field(words.compare, this.compared);
    this.parting = field(words.since, this.since.input);
    this.root = h(
      "div",
      { class: "wb-tools", role: "group", "aria-label": words.map },
      field(words.overlay, this.overlay),
      field(words.activities, this.sliders.activities.input, this.sliders.activities.shown),
      field(words.paths, this.sliders.paths.input, this.sliders.paths.shown),
      this.comparing,
      this.parting,
      field(words.search, this.search, this.hits),
      this.ideal,
      this.breaches,
      h(
        "span",
        { class: "wb-tools-group" },
        button("−", "out", words.zoomOut),
        button("+", "in", words.zoomIn),
        button(words.fit, "fit"),
        button(words.full, "full"),
      ),
      h(
        "span",
        { class: "wb-tools-group" },
        button(words.play, "animate", words.animation),
        button("SVG", "svg", words.saveSvg),
        button("PNG", "png", words.savePng),
      ),
      this.since.hint,
      this.besides,
    );
    this.set(controls);
  }

  get typed() {
    return this.search.value;
  }

  // A slider asks while it is dragged, but not for every pixel.
  slider(name) {
    let waiting = 0;
    const input = h("input", { type: "range", min: 0, max: 100, step: 1 });
    const shown = h("span", { "aria-hidden": "true" });
    input.addEventListener("input", () => {
      shown.textContent = `${input.value} %`;
      clearTimeout(waiting);
      waiting = setTimeout(() => this.does("option", name, Number(input.value)), SLIDING);
    });
    return { input, shown };
  }

  toggle(name) {
    const button = h("button", { type: "button", class: "wb-button" }, this.words[name]);
    button.addEventListener("click", () => this.does("option", name, button.getAttribute("aria-pressed") !== "true"));
    return button;
  }

  set(controls) {
    const options = (select, choices, chosen) =>
      select.replaceChildren(...choices.map(([value, label]) => h("option", { value, selected: value === chosen }, label)));
    options(this.overlay, controls.overlays, controls.overlay);
    this.comparing.hidden = controls.comparisons.length < 2;
    options(this.compared, controls.comparisons, controls.compared);
    this.parting.hidden = !controls.since;
    if (controls.since) this.since.set(controls.since);
    else this.since.tell(true);
    for (const [name, { input, shown }] of Object.entries(this.sliders)) {
      if (document.activeElement !== input) input.value = controls[name].value;
      shown.textContent = controls[name].said;
      input.setAttribute("aria-valuetext", controls[name].said);
    }
    for (const [name, button] of [["ideal", this.ideal], ["breaches", this.breaches]]) {
      button.hidden = controls[name] === null;
      button.setAttribute("aria-pressed", String(controls[name] === true));
    }
  }

  /** How many were found (null: nothing is looked for), and what is to be said of those that are not shown. */
  found(count, besides = "") {
    this.hits.textContent = count === null ? "" : String(count);
    this.besides.textContent = besides;
    this.besides.hidden = !besides;
  }
}
