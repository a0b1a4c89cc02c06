// The door for JupyterLab: a container as its module federation expects it, without its tools.
import { ID, tiles } from "./tiles.js";
import { shared, sharedIfAny } from "./share.js";

// The notebooks of the installed package stand beside this script.
const BESIDE = document.currentScript?.src ?? "";

let scope = {};

// What JupyterLab registers. Where it shares no launcher it gets nothing to register, and starts as ever.
async function plugins() {
  try {
    const [{ ILauncher }, translation, components] = await Promise.all([
      shared(scope, "@jupyterlab/launcher"),
      sharedIfAny(scope, "@jupyterlab/translation"),
      sharedIfAny(scope, "@jupyterlab/ui-components"),
    ]);
    const wanted = [ILauncher, translation?.ITranslator].filter(Boolean);
    return [tiles(wanted, components?.LabIcon, new URL("notebooks/", BESIDE).href)];
  } catch (reason) {
    console.info(`${ID}: no tiles here: ${reason.message}`);
    return [];
  }
}

globalThis._JUPYTERLAB = globalThis._JUPYTERLAB ?? {};
globalThis._JUPYTERLAB[ID] = {
  init: (given) => {
    scope = given;
  },
  get: async () => {
    const found = await plugins();
    // Without this mark JupyterLab takes the module itself for the plugin.
    return () => ({ __esModule: true, default: found });
  },
};
