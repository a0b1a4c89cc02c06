// The tiles of the launcher: one a notebook of the improvement path, in a section of their own.
import { icon } from "./icons.js";
import { notebook } from "./notebooks.js";
import words from "./words.json";

export const ID = "process-mining-workbench";
const OPEN = `${ID}:open`;

// JupyterLab's language where somebody chose one, else the first of the browser's that there are words for.
export function language(chosen, ofBrowser) {
  const wanted = [chosen, ...ofBrowser].map((tag) => tag.toLowerCase().split(/[-_]/)[0]);
  const [first, ...others] = wanted;
  return [...(first === "en" ? [] : [first]), ...others].find((code) => code in words) ?? "en";
}

// The plugin. `wanted` holds the tokens of the launcher and, if there is one, of the translator.
export function tiles(wanted, LabIcon, beside) {
  return {
    id: `${ID}:launcher`,
    description: "Tiles that open the notebooks of the process-mining workbench.",
    autoStart: true,
    optional: wanted,
    activate: (app, launcher, translator) => {
      if (!launcher) {
        console.info(`${ID}: no tiles here: there is no launcher`);
        return;
      }
      const { category, titles } = words[language(translator?.languageCode ?? "en", navigator.languages)];
      const icons = Object.fromEntries(Object.keys(titles).map((name) => [name, icon(LabIcon, ID, name)]));
      app.commands.addCommand(OPEN, {
        label: ({ name }) => titles[name] ?? category,
        icon: ({ name }) => icons[name],
        execute: async ({ name, cwd }) => {
          const path = await notebook(app.serviceManager, beside, `${name}.ipynb`, cwd ?? "");
          return app.commands.execute("docmanager:open", { path, factory: "Notebook" });
        },
      });
      Object.keys(titles).forEach((name, rank) => launcher.add({ command: OPEN, args: { name }, category, rank }));
    },
  };
}
