// Builds what is shipped into files that need nothing else: node build.mjs [FOLDER]
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// What is shipped, and from where: the layout for an engine without modules, the widgets as modules,
// the tiles as a script of JupyterLab's.
const SHIPPED = [
  { from: "src/headless.js", to: "draw/static/layout.js", format: "iife" },
  { from: "src/panel.js", to: "widgets/static/panel.js", format: "esm" },
  { from: "src/map/widget.js", to: "widgets/static/map.js", format: "esm" },
  { from: "src/lab/extension.js", to: "labextension/static/launcher.js", format: "iife" },
];

// What a package brings along inside its own bundle.
const WITHIN = { "@dagrejs/dagre": ["@dagrejs/graphlib"] };

// The licence texts of the packages that went into a bundle, in the order of their names.
function licences(inputs) {
  const names = Object.keys(inputs)
    .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter(Boolean)
    .flatMap((name) => [name, ...(WITHIN[name] ?? [])]);
  return [...new Set(names)].sort().map((name) => {
    const folder = here(`node_modules/${name}`);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((found) => join(folder, found)).find(existsSync);
    return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}`;
  });
}

for (const { from, to, format } of SHIPPED) {
  const options = {
    absWorkingDir: here("."),
    entryPoints: [from],
    bundle: true,
    minify: true,
    charset: "ascii",
    format,
    target: "es2020",
    legalComments: "none",
    metafile: true,
    write: false,
  };
  const { metafile } = await build(options);
  const said = licences(metafile.inputs);
  const contents = said.length ? ` It contains:\n\n${said.join("\n\n")}\n` : " ";
  await build({
    ...options,
    write: true,
    outfile: join(process.argv[2] ?? here("../workbench"), to),
    banner: { js: `/*! Built from frontend/ by "make bundle"; do not edit.${contents}*/` },
  });
}
