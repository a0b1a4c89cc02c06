// The sign on a tile: the number of the step, or four cards for the overview.

const CARDS = [3, 13].flatMap((x) => [3, 13].map((y) => `<rect x="${x}" y="${y}" width="8" height="8" rx="1.5"/>`));

function picture(step) {
  const drawn = step
    ? `<circle cx="12" cy="12" r="10"/><text x="12" y="16.5" text-anchor="middle" font-family="sans-serif"` +
      ` font-size="13" font-weight="700" style="fill:var(--jp-layout-color0,#fff)">${step}</text>`
    : CARDS.join("");
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24">` +
    `<g style="fill:var(--jp-brand-color1,#1976d2)">${drawn}</g></svg>`
  );
}

// JupyterLab's own kind of picture, or none where it shares no such kind.
export function icon(LabIcon, id, name) {
  if (!LabIcon) return undefined;
  const [step] = /^\d/.exec(name) ?? [""];
  return new LabIcon({ name: `${id}:${name}`, svgstr: picture(step) });
}
