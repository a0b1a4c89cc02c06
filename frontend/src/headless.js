// The door for an engine without modules or a page: one global function from JSON text to JSON text.
import { layout } from "./layout.js";

// dagre copies its rows with it; the bare engine has only the language, nothing of a browser.
globalThis.structuredClone ??= (value) => JSON.parse(JSON.stringify(value));

globalThis.workbenchLayout = (text) => JSON.stringify(layout(JSON.parse(text)));
