// Builds the layout into one file that needs nothing else: node build.mjs [OUTPUT]
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const shipped = here("../workbench/draw/static/layout.js");

const licensed = ["@dagrejs/dagre", "@dagrejs/graphlib"].map((name) => {
  const folder = `node_modules/${name}`;
  const { version } = JSON.parse(readFileSync(here(`${folder}/package.json`), "utf8"));
  const text = readFileSync(here(`${folder}/LICENSE`), "utf8").trim();
  return `${name} ${version} (MIT)\n\n${text}`;
});

await build({
  absWorkingDir: here("."),
  entryPoints: ["src/headless.js"],
  outfile: process.argv[2] ?? shipped,
  bundle: true,
  minify: true,
  charset: "ascii",
  format: "iife",
  target: "es2020",
  legalComments: "none",
  banner: {
    js: `/*! Built from frontend/ by "make bundle"; do not edit. It contains:\n\n${licensed.join("\n\n")}\n*/`,
  },
});
