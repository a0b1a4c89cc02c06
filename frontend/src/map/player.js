// What plays the animation: play, pause, a moment to drag to, how fast, and by what the dots are coloured.
import { h } from "./dom.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
const FINE = 1000;

export class Player {
  /** `words` are said in the reader's language; `zone` is the project's, whose clock is shown. */
  constructor(animation, { words, language, zone, recolour, close }) {
    this.animation = animation;
    this.words = words;
    this.clock = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: zone });
    this.button = h("button", { type: "button", class: "wb-button wb-primary", onclick: () => this.toggle() }, words.play);
    this.scrub = h("input", { type: "range", min: 0, max: FINE, value: 0, "aria-label": words.moment });
    this.scrub.addEventListener("input", () => animation.seek(this.scrub.value / FINE));
    this.moment = h("output", { class: "wb-map-moment" });
    this.count = h("span", { class: "wb-more" });
    this.speed = h("select", {}, ...SPEEDS.map((speed) => h("option", { value: speed, selected: speed === 1 }, `${speed}×`)));
    this.speed.addEventListener("change", () => (animation.speed = Number(this.speed.value)));
    this.colour = h("select");
    this.colour.addEventListener("change", () => recolour(this.colour.value));
    this.legend = h("ul", { class: "wb-legend" });
    const field = (label, control) => h("label", { class: "wb-field" }, h("span", {}, label), control);
    this.root = h(
      "div",
      { class: "wb-map-player", role: "group", "aria-label": words.animation, hidden: true },
      h(
        "div",
        { class: "wb-tools" },
        this.button,
        this.scrub,
        this.moment,
        field(words.speed, this.speed),
        field(words.colour, this.colour),
        h("button", { type: "button", class: "wb-button", onclick: close }, words.close),
      ),
      this.legend,
      this.count,
    );
  }

  toggle() {
    if (this.animation.isPlaying) this.animation.pause();
    else this.animation.play();
  }

  show(data, colours) {
    this.root.hidden = false;
    this.sample = data.said;
    this.colour.replaceChildren(
      ...data.colours.map(([value, label]) => h("option", { value, selected: value === data.colour }, label)),
    );
    this.legend.replaceChildren(
      ...data.groups.map((label, i) => {
        const dot = h("span", { class: "wb-map-dot" });
        dot.style.background = colours[i % colours.length];
        return h("li", {}, dot, h("bdi", {}, label));
      }),
    );
  }

  told({ now, data, isPlaying, moving }) {
    if (!data) return;
    this.button.textContent = isPlaying ? this.words.pause : this.words.play;
    this.scrub.value = Math.round((FINE * (now - data.from)) / Math.max(1, data.to - data.from));
    this.moment.textContent = this.clock.format(new Date(now * 1000));
    this.scrub.setAttribute("aria-valuetext", this.moment.textContent);
    this.count.textContent = `${this.sample} ${this.words.moving.replace("{n}", moving ?? 0)}`;
  }
}
