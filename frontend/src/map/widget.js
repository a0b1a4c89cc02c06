// The process map as an anywidget: Python says what is shown and what it is worth, this shows it and says what is done.
import { Idiomorph } from "idiomorph";
import { listen, listenToShortcuts } from "../acts.js";
import { sayEarlier } from "../earlier.js";
import { keepingFocus } from "../focus.js";
import { painted, sent } from "../marks.js";
import { keepingPlace } from "../steady.js";
import { watch } from "../visible.js";
import { Animation } from "./animate.js";
import { Camera } from "./camera.js";
import { h, s } from "./dom.js";
import { Drawing } from "./drawing.js";
import { listenToKeys } from "./keys.js";
import { legendOf } from "./legend.js";
import { listenToPrinting } from "./paper.js";
import { pictureOf, savePng, saveSvg } from "./picture.js";
import { Places } from "./places.js";
import { Player } from "./player.js";
import { Search } from "./search.js";
import { Tools } from "./tools.js";

const SERIES = ["series-1", "series-3", "series-4", "series-5", "series-6", "series-2"];

class ProcessMap {
  constructor(model, el, signal) {
    Object.assign(this, { model, signal, focused: null, places: null, wide: 0 });
    this.words = model.get("words");
    this.layer = s("g");
    this.svg = s("svg", { class: "wb-map-picture", role: "group" }, this.layer);
    this.canvas = h("canvas", { class: "wb-map-dots", "aria-hidden": "true" });
    this.tip = h("div", { class: "wb-map-tip", role: "tooltip", hidden: true });
    this.stage = h("div", { class: "wb-map-stage", tabindex: "0", role: "application" }, this.svg, this.canvas, this.tip);
    this.detail = h("section", { class: "wb-map-detail", "aria-live": "polite", hidden: true });
    this.table = h("div", { class: "wb-map-table" });
    this.drawing = new Drawing(this.layer);
    this.camera = new Camera(this.svg, this.layer, () => this.moved());
    this.animation = new Animation(this.canvas, () => this.where(), (state) => this.player?.told(state));
    this.player = new Player(this.animation, {
      words: this.words,
      language: model.get("language"),
      zone: model.get("zone"),
      recolour: (attribute) => this.ask("animate", attribute),
      close: () => {
        this.stop();
        this.ask("still");
      },
    });
    this.tools = new Tools(this.words, model.get("controls"), (what, given, value) => this.did(what, given, value));
    this.finder = new Search(this);
    this.head = h("div", { class: "wb-map-head" });
    this.legend = h("ul", { class: "wb-legend wb-map-legend", hidden: true });
    this.caption = h("p", { class: "wb-more wb-map-caption" });
    this.root = h(
      "div",
      { class: "wb wb-panel wb-map" },
      this.head,
      this.tools.root,
      this.legend,
      h("div", { class: "wb-map-body" }, this.stage, this.detail),
      this.caption,
      this.player.root,
      this.table,
    );
    el.append(this.root);
    this.listen();
    this.all();
  }

  listen() {
    const { model, signal } = this;
    const on = (name, does) => {
      model.on(`change:${name}`, does);
      signal.addEventListener("abort", () => model.off(`change:${name}`, does));
    };
    on("whole", () => (this.placing = null));
    on("scene", () => keepingPlace(this.root, () => this.show()));
    on("detail", () => this.tell());
    on("table", () => keepingPlace(this.table, () => this.tabulate()));
    on("controls", () => this.tools.set(model.get("controls")));
    on("busy", () => this.busy(model.get("busy")));
    on("animation", () => this.animate());
    sayEarlier(model, this.root, signal);
    listenToPrinting(this.camera, () => this.drawing.settle(), signal);
    watch(this.root, (visible) => {
      model.set("visible", visible);
      model.save_changes();
    }, signal);
    const ask = (what, given, value) => this.ask(what, given, value);
    for (const part of [this.detail, this.table, this.head]) listen(part, ask, signal);
    for (const part of [this.stage, this.tools.root, this.player.root]) listenToShortcuts(part, ask, signal);
    this.detail.addEventListener("keydown", (event) => event.key === "Escape" && (this.back(), this.leave()), { signal });
    listenToKeys(this.stage, this, signal);
    const key = (event) => event.target.closest?.("[data-key]")?.dataset.key;
    this.svg.addEventListener("click", (event) => (key(event) ? this.choose(key(event)) : this.leave()), { signal });
    this.svg.addEventListener("pointermove", (event) => this.hover(key(event), event), { signal });
    this.svg.addEventListener("pointerleave", () => this.hover(null), { signal });
    // The height follows from fitting, and a scroll bar that comes and goes is no other width.
    const sized = new ResizeObserver(() => {
      const now = this.camera.size().width;
      if (Math.abs(now - this.wide) < 24) return;
      this.wide = now;
      if (this.camera.isFitted) this.fit(this.camera.isWhole);
    });
    sized.observe(this.stage);
    signal.addEventListener("abort", () => (sized.disconnect(), this.animation.close()));
  }

  all() {
    this.show({ atOnce: true });
    this.tell();
    this.tabulate();
    this.busy(this.model.get("busy"));
  }

  // ---------------------------------------------------------------- what Python says
  show(options) {
    const scene = this.model.get("scene");
    this.placing ??= new Places(this.model.get("whole"));
    const isFirst = this.places === null;
    this.scene = scene;
    this.places = this.placing.of(scene);
    this.said = new Map([...scene.nodes, ...scene.edges].map((part) => [part.key, part]));
    keepingFocus(this.svg, () => this.drawing.show(scene, this.places, options), this.stage);
    this.stage.setAttribute("aria-label", `${scene.title}. ${scene.description} ${this.words.keys}`);
    Idiomorph.morph(this.head, scene.head, { morphStyle: "innerHTML" });
    this.caption.textContent = scene.caption;
    this.root.lang = this.model.get("language");
    this.camera.frame = this.places;
    if (this.focused && !this.said.has(this.focused)) this.focused = null;
    if (isFirst || this.camera.isFitted) {
      this.fit(this.camera.isWhole);
      if (!this.detail.hidden) this.reach();
    }
    legendOf(this.legend, scene.legend);
    this.finder.drawn();
    this.animation.rescene();
    painted("map");
  }

  tell() {
    const { html, key } = this.model.get("detail");
    const isHeld = this.detail.contains(document.activeElement);
    keepingFocus(this.detail, () => Idiomorph.morph(this.detail, html ?? "", { morphStyle: "innerHTML" }));
    if (this.detail.hidden === !!html) this.open(!!html);
    if (isHeld && !html) this.back();
    this.drawing.mark("wb-map-chosen", key ? [key] : []);
    painted("detail");
  }

  // What is told takes room from the map: the map stays where it is, unless what was picked would be hidden. Of what is
  // no longer on the map nothing is told, and the room is the map's.
  open(isOpen) {
    this.detail.hidden = !isOpen;
    this.wide = this.camera.size().width;
    if (isOpen) this.reach();
    else if (!this.focused && this.camera.isFitted) this.fit(this.camera.isWhole);
  }

  // From what is told of a box back to the box; to the map where it is gone.
  back() {
    (this.drawing.element(this.focused) ?? this.stage).focus({ preventScroll: true });
  }

  tabulate() {
    keepingFocus(this.table, () => Idiomorph.morph(this.table, this.model.get("table"), { morphStyle: "innerHTML" }));
  }

  busy(isBusy) {
    this.root.classList.toggle("wb-is-busy", isBusy);
    this.root.setAttribute("aria-busy", String(isBusy));
  }

  animate() {
    const data = this.model.get("animation");
    if (!data.cases) return this.stop();
    const style = getComputedStyle(this.root);
    const colours = SERIES.map((name) => style.getPropertyValue(`--wb-${name}`).trim() || "#17639b").map(resolved(this.root));
    this.player.show(data, colours);
    this.animation.load(data, colours);
    this.animation.play();
    return null;
  }

  stop() {
    const isHeld = this.player.root.contains(document.activeElement);
    this.animation.close();
    this.player.root.hidden = true;
    if (isHeld) this.stage.focus({ preventScroll: true });
  }

  // ---------------------------------------------------------------- what readers do
  ask(what, given = null, value = null) {
    this.busy(true);
    sent();
    this.model.send({ do: what, with: given, value });
  }

  did(what, given, value) {
    if (what === "find") return this.finder.typed();
    if (what === "reveal") return this.finder.reveal();
    if (what === "in") return this.zoomBy(1.25);
    if (what === "out") return this.zoomBy(0.8);
    if (what === "fit") return this.fit();
    if (what === "full") return this.full();
    if (what === "svg" || what === "png") return this.save(what);
    return this.ask(what, given, value);
  }

  choose(key) {
    this.focus(key, { quiet: true });
    this.ask("pick", key);
  }

  leave() {
    if (this.model.get("detail").key) this.ask("pick", null);
    this.drawing.mark("wb-map-found", []);
  }

  focus(key, { quiet = false } = {}) {
    const element = key && this.drawing.element(key);
    if (!element) return;
    this.drawing.element(this.focused)?.setAttribute("tabindex", "-1");
    this.focused = key;
    element.setAttribute("tabindex", "0");
    element.focus({ preventScroll: true });
    if (!quiet) this.reach();
  }

  look(key) {
    this.camera.reach(this.places.nodes.get(key), true);
  }

  hover(key, event) {
    const part = key && this.said.get(key);
    this.tip.hidden = !part;
    if (!part) return;
    this.tip.replaceChildren(
      h("strong", {}, part.title),
      h("dl", {}, ...part.facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
    );
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    const x = Math.min(event.clientX - left + 14, width - this.tip.offsetWidth - 6);
    const below = event.clientY - top + 16;
    const y = below + this.tip.offsetHeight > height ? below - this.tip.offsetHeight - 30 : below;
    Object.assign(this.tip.style, { left: `${Math.max(4, x)}px`, top: `${Math.max(4, y)}px` });
  }

  save(kind) {
    const style = getComputedStyle(this.root);
    const paper = style.backgroundColor === "rgba(0, 0, 0, 0)" ? getComputedStyle(document.body).backgroundColor : style.backgroundColor;
    const picture = pictureOf(this.layer, this.places, { title: this.scene.title, language: this.root.lang, paper });
    const name = this.scene.file;
    return kind === "svg" ? saveSvg(picture, name) : savePng(picture, name);
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.();
  }

  // ---------------------------------------------------------------- for the keyboard and the animation
  pan(x, y) {
    this.camera.pan(x, y);
  }

  zoomBy(factor) {
    this.camera.by(factor);
  }

  fit(whole = true) {
    this.camera.fit({ whole });
    if (this.svg.contains(document.activeElement)) this.reach();
  }

  // The box or line that was picked, or that has the focus, into view.
  reach() {
    const place = this.placesOf().get(this.focused);
    if (place) this.camera.reach(place);
  }

  search() {
    this.tools.search.focus();
  }

  placesOf() {
    return new Map([...this.places.nodes, ...this.places.edges]);
  }

  moved() {
    if (this.tip) this.tip.hidden = true;
    this.animation?.draw();
  }

  where() {
    return {
      nodes: this.places.nodes,
      path: (key) => this.drawing.parts.get(key)?.path,
      transform: this.camera.transform,
    };
  }
}

// A colour as a canvas takes it: what CSS makes of light-dark() and variables.
function resolved(root) {
  const probe = h("span", { hidden: true });
  root.append(probe);
  return (colour) => {
    probe.style.color = colour;
    return getComputedStyle(probe).color;
  };
}

export default {
  render({ model, el, signal }) {
    new ProcessMap(model, el, signal);
  },
};
