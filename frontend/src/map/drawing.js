// The picture: boxes, lines and labels, kept from one scene to the next so that what stays moves instead of jumping.
import { s, set } from "./dom.js";

const LEADING = 16;
const ABOVE = 20;
const RADIUS = 12;
const MOVING = 320;
const OVERHANG = 8;

const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Drawing {
  /** `layer` is the SVG group that all is drawn into. */
  constructor(layer) {
    this.lines = s("g", { class: "wb-map-lines" });
    this.boxes = s("g", { class: "wb-map-boxes" });
    this.labels = s("g", { class: "wb-map-labels" });
    layer.append(this.lines, this.boxes, this.labels);
    this.parts = new Map();
    this.frame = 0;
  }

  /** Show a scene at its places; what was there before moves, what is new appears, what is gone is taken away. */
  show(scene, places, { atOnce = false } = {}) {
    const before = this.parts;
    this.parts = new Map();
    const moves = [];
    const from = (key) => before.get(key);
    for (const edge of [...scene.edges].sort((a, b) => a.stroke - b.stroke)) {
      const part = from(edge.key) ?? newEdge(edge.key);
      this.parts.set(edge.key, part);
      drawEdge(part, edge, places.edges.get(edge.key));
      this.lines.append(part.line);
      this.labels.append(part.label);
    }
    for (const node of scene.nodes) {
      const part = from(node.key) ?? newNode(node.key);
      const at = places.nodes.get(node.key);
      this.parts.set(node.key, part);
      drawNode(part, node, at);
      this.boxes.append(part.box);
      const start = from(node.key)?.at;
      if (start) moves.push({ part, start, end: at });
      else part.box.setAttribute("transform", `translate(${at.x} ${at.y})`);
      part.at = at;
    }
    for (const [key, part] of before) if (!this.parts.has(key)) part.remove();
    this.move(moves, atOnce || calm());
  }

  // Boxes travel; lines fade in at their new places meanwhile, since a line without its ends means nothing.
  move(moves, atOnce) {
    cancelAnimationFrame(this.frame);
    const put = (share) => {
      const eased = 1 - (1 - share) ** 3;
      for (const { part, start, end } of moves) {
        const x = start.x + (end.x - start.x) * eased;
        const y = start.y + (end.y - start.y) * eased;
        part.box.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
      }
    };
    const still = moves.every(({ start, end }) => start.x === end.x && start.y === end.y);
    if (atOnce || still) {
      put(1);
      return;
    }
    for (const layer of [this.lines, this.labels]) {
      layer.classList.remove("wb-map-arriving");
      layer.getBoundingClientRect();
      layer.classList.add("wb-map-arriving");
    }
    const began = performance.now();
    const step = (now) => {
      const share = Math.min(1, Math.max(0, (now - began) / MOVING));
      put(share);
      if (share < 1) this.frame = requestAnimationFrame(step);
    };
    put(0);
    this.frame = requestAnimationFrame(step);
  }

  /** What is on its way is there at once. */
  settle() {
    cancelAnimationFrame(this.frame);
    for (const { box, at } of this.parts.values()) if (box) box.setAttribute("transform", `translate(${at.x} ${at.y})`);
  }

  /** The element that is focused and clicked for a node or an edge. */
  element(key) {
    const part = this.parts.get(key);
    return part?.box ?? part?.line;
  }

  mark(name, keys) {
    const wanted = new Set(keys);
    for (const [key, part] of this.parts) {
      for (const element of part.all) element.classList.toggle(name, wanted.has(key));
    }
  }
}

function newEdge(key) {
  const wide = s("path", { class: "wb-map-touch", fill: "none" });
  const path = s("path", { class: "wb-map-line", fill: "none" });
  const arrow = s("polygon", { class: "wb-map-arrow" });
  const line = s("g", { class: "wb-map-edge", "data-key": key, role: "button", tabindex: "-1" }, wide, path, arrow);
  const ground = s("rect", { class: "wb-map-ground", rx: 5, height: 16 });
  const text = s("text", { class: "wb-map-label", "text-anchor": "middle" });
  const label = s("g", { class: "wb-map-edge-label", "data-key": key, "aria-hidden": "true" }, ground, text);
  const all = [line, label];
  return { line, label, wide, path, arrow, ground, text, all, remove: () => all.forEach((part) => part.remove()) };
}

function drawEdge(part, edge, way) {
  const kind = edge.mark ? "wb-map-mark" : "";
  const tone = edge.tone ? `wb-tone-${edge.tone}` : "";
  const flags = [edge.ideal && "wb-map-ideal", edge.breaches && "wb-map-breach", edge.main && "wb-map-main"];
  part.line.setAttribute("class", ["wb-map-edge", kind, tone, ...flags].filter(Boolean).join(" "));
  part.label.setAttribute("class", ["wb-map-edge-label", kind, ...flags].filter(Boolean).join(" "));
  part.line.setAttribute("aria-label", edge.said);
  part.wide.setAttribute("d", way.path);
  set(part.path, { d: way.path, "stroke-width": edge.stroke });
  part.arrow.setAttribute("points", arrowOf(way.tip, edge.stroke));
  part.text.textContent = edge.text;
  set(part.text, { x: way.x, y: way.y + 4 });
  set(part.ground, { x: way.x - edge.width / 2, y: way.y - 8, width: edge.width });
  part.label.style.display = edge.text ? "" : "none";
}

// Three corners: the tip, and two behind it, further apart the wider the line.
function arrowOf({ x, y, dx, dy }, stroke) {
  const half = 3.6 + stroke * 0.55;
  const [backX, backY] = [x - dx * 9, y - dy * 9];
  return `${x},${y} ${backX - dy * half},${backY + dx * half} ${backX + dy * half},${backY - dx * half}`;
}

function newNode(key) {
  const box = s("g", { class: "wb-map-node", "data-key": key, role: "button", tabindex: "-1" });
  return { box, all: [box], remove: () => box.remove() };
}

function drawNode(part, node, at) {
  const tone = node.tone ? `wb-tone-${node.tone}` : "";
  const flags = [node.derived && "wb-map-derived", node.ideal && "wb-map-ideal", node.breaches && "wb-map-breach"];
  part.box.setAttribute("class", ["wb-map-node", `wb-map-${node.kind}`, tone, ...flags].filter(Boolean).join(" "));
  // Called by what stands in it; what else is told of it follows.
  part.box.setAttribute("aria-description", node.said);
  part.box.replaceChildren(...(node.kind === "step" ? step(node, at) : sign(node)));
}

function step(node, { width }) {
  const top = -node.height / 2;
  const name = node.lines.map((line, i) =>
    s("text", { class: "wb-map-name", "text-anchor": "middle", y: top + ABOVE + i * LEADING }, line),
  );
  const figure = s(
    "text",
    { class: "wb-map-figure", "text-anchor": "middle", y: top + ABOVE + node.lines.length * LEADING },
    node.text,
  );
  const rect = s("rect", { class: "wb-map-box", x: -width / 2, y: top, width, height: node.height, rx: 9 });
  return [rect, ...name, figure, node.breaches && badge(node.breaches, width / 2, top)].filter(Boolean);
}

// How often a rule is broken, upon a corner: the box keeps its own border.
function badge({ text, width }, right, top) {
  const x = right - width + OVERHANG;
  return s(
    "g",
    { class: "wb-map-badge" },
    s("rect", { class: "wb-map-badge-ground", x, y: top - 9, width, height: 18, rx: 9 }),
    s("text", { class: "wb-map-badge-text", "text-anchor": "middle", x: x + width / 2, y: top + 4 }, text),
  );
}

// Where cases start and end: a small sign, its text on the side that no line touches.
function sign(node) {
  const isStart = node.kind === "start";
  const middle = (node.height / 2 - RADIUS) * (isStart ? 1 : -1);
  const shape = isStart
    ? s("polygon", { class: "wb-map-sign", points: `-3.5,${middle - 5} 5.5,${middle} -3.5,${middle + 5}` })
    : s("rect", { class: "wb-map-sign", x: -4.5, y: middle - 4.5, width: 9, height: 9, rx: 1 });
  const baseline = isStart ? -node.height / 2 + 12 : node.height / 2 - 3;
  return [
    s("circle", { class: "wb-map-ring", cy: middle, r: RADIUS - 1 }),
    shape,
    s("text", { class: "wb-map-figure", "text-anchor": "middle", y: baseline }, node.text),
  ];
}
