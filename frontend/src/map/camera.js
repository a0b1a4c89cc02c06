// Zoom, pan, fit: d3's, with what a map needs besides.
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";

const MARGIN = 18;
const LARGEST = 4;
// Names are 13 pixels high: at less than this they are a strain.
const LEGIBLE = 0.72;
// Less than this of the stage is no place to show anything in.
const LEAST_SEEN = 120;

export class Camera {
  /** Moves `layer` inside `svg`; `moved` is told the transform after every change. */
  constructor(svg, layer, moved) {
    Object.assign(this, { svg, layer });
    this.frame = null;
    this.isFitted = true;
    this.isWhole = false;
    this.isOnPaper = false;
    this.zoom = zoom()
      .scaleExtent([0.05, LARGEST])
      .extent(() => {
        const { width, height } = this.size();
        return [[0, 0], [width, height]];
      })
      // The wheel alone scrolls the page, as everywhere else on it.
      .filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button))
      .on("zoom", ({ transform, sourceEvent }) => {
        if (sourceEvent) this.isFitted = false;
        if (!this.isOnPaper) layer.setAttribute("transform", transform);
        moved(transform);
      });
    this.selection = select(svg).call(this.zoom).on("dblclick.zoom", null);
  }

  get transform() {
    return this.svg.__zoom ?? zoomIdentity;
  }

  size() {
    const { width, height } = this.svg.getBoundingClientRect();
    return { width: width || 800, height: height || 500 };
  }

  /**
   * The map into view, never larger than it is; the stage is as high as that takes, within bounds. A map that could not
   * be read then begins at its top instead, unless `whole` is asked for.
   */
  fit({ whole = false } = {}) {
    const { frame } = this;
    if (!frame) return;
    const wide = Math.min(1, (this.size().width - 2 * MARGIN) / frame.width);
    const stage = this.svg.parentElement;
    stage.style.setProperty("--wb-map-height", `${Math.round(wide * frame.height + 2 * MARGIN)}px`);
    const { width, height } = this.size();
    const fitting = Math.min(wide, (height - 2 * MARGIN) / frame.height);
    const scale = whole ? fitting : Math.min(1, Math.max(fitting, LEGIBLE));
    const x = scale * frame.width + 2 * MARGIN <= width ? width / 2 - scale * (frame.left + frame.width / 2) : this.begin(scale, width);
    const y = MARGIN - scale * frame.top + Math.max(0, (height - 2 * MARGIN - scale * frame.height) / 2);
    Object.assign(this, { isFitted: true, isWhole: whole });
    this.selection.call(this.zoom.transform, zoomIdentity.translate(x, y).scale(scale));
  }

  /** All of the map in its own measure: a sheet has another width than the screen, and makes it as small as it must. */
  toPaper() {
    const { frame, svg } = this;
    if (!frame) return;
    this.isOnPaper = true;
    const [width, height] = [frame.width + 2 * MARGIN, frame.height + 2 * MARGIN];
    svg.setAttribute("viewBox", `${frame.left - MARGIN} ${frame.top - MARGIN} ${width} ${height}`);
    svg.style.setProperty("--wb-map-width", `${Math.round(width)}px`);
    svg.parentElement.classList.add("wb-map-on-paper");
    this.layer.removeAttribute("transform");
  }

  toScreen() {
    this.isOnPaper = false;
    this.svg.removeAttribute("viewBox");
    this.svg.parentElement.classList.remove("wb-map-on-paper");
    this.layer.setAttribute("transform", this.transform);
    if (this.isFitted) this.fit({ whole: this.isWhole });
  }

  // Of a map that is wider than the stage, where the process begins is seen; nothing empty is shown for that.
  begin(scale, width) {
    const { left, width: all, nodes } = this.frame;
    const first = [...nodes.values()].reduce((one, other) => (other.y < one.y ? other : one));
    const [least, most] = [width - MARGIN - scale * (left + all), MARGIN - scale * left];
    return Math.min(most, Math.max(least, width / 2 - scale * first.x));
  }

  by(factor) {
    this.isFitted = false;
    this.selection.call(this.zoom.scaleBy, factor);
  }

  pan(x, y) {
    this.isFitted = false;
    this.selection.call(this.zoom.translateBy, x / this.transform.k, y / this.transform.k);
  }

  // What of the stage can be seen in the window: all of it, where hardly anything can.
  seen() {
    const box = this.svg.getBoundingClientRect();
    const top = Math.max(0, -box.top);
    const bottom = Math.min(box.height, window.innerHeight - box.top);
    return bottom - top > LEAST_SEEN ? { top, bottom, width: box.width } : { top: 0, bottom: box.height, width: box.width };
  }

  /** A place into view, if it is not there. A map that was fitted is fitted again with the next that is shown. */
  reach({ x, y }, force = false) {
    const { top, bottom, width } = this.seen();
    const [left, down] = this.transform.apply([x, y]);
    const inside = left > 40 && down > top + 30 && left < width - 40 && down < bottom - 30;
    if (inside && !force) return;
    this.selection.call(this.zoom.translateTo, x, y, [width / 2, (top + bottom) / 2]);
  }
}
