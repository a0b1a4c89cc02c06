// The map as a file: an SVG that needs nothing else, or a PNG of it.
import { s } from "./dom.js";

const MARGIN = 20;
const STYLED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity",
  "font-family", "font-size", "font-weight", "text-anchor", "display", "paint-order", "visibility",
];

/** The picture as it is shown, with its colours and letters written into it. */
export function pictureOf(layer, frame, { title, language, paper }) {
  const width = Math.ceil(frame.width + 2 * MARGIN);
  const height = Math.ceil(frame.height + 2 * MARGIN);
  const copy = layer.cloneNode(true);
  copy.setAttribute("transform", `translate(${MARGIN - frame.left} ${MARGIN - frame.top})`);
  dress(layer, copy);
  const svg = s(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", lang: language },
    s("title", {}, title),
    s("rect", { width, height, fill: paper }),
    copy,
  );
  return { text: new XMLSerializer().serializeToString(svg), width, height };
}

function dress(from, to) {
  const style = getComputedStyle(from);
  const kept = STYLED.map((name) => [name, style.getPropertyValue(name)]).filter(([, value]) => value && value !== "none");
  for (const name of ["class", "tabindex", "data-key", "role", "aria-label", "aria-hidden"]) to.removeAttribute(name);
  if (style.fill === "none") kept.push(["fill", "none"]);
  if (style.display === "none") kept.push(["display", "none"]);
  to.setAttribute("style", kept.map(([name, value]) => `${name}:${value}`).join(";"));
  [...from.children].forEach((child, i) => dress(child, to.children[i]));
}

export function saveSvg(picture, name) {
  download(new Blob([picture.text], { type: "image/svg+xml" }), `${name}.svg`);
}

/** Twice as fine as it is shown; what would be larger than a browser draws is made smaller. */
export async function savePng(picture, name) {
  const scale = Math.min(2, 8000 / picture.width, 8000 / picture.height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  download(blob, `${name}.png`);
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
