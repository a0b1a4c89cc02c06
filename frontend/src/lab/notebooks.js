// Where the notebook of a tile is: in the project, in the clone, or a copy of the one that was installed.

const HOME = "notebooks";

const join = (folder, name) => (folder ? `${folder}/${name}` : name);
const last = (folder) => folder.slice(folder.lastIndexOf("/") + 1);

// A folder and those above it, up to JupyterLab's own root.
export function upwards(folder) {
  const parts = folder.split("/").filter(Boolean);
  return [...parts.keys(), parts.length].reverse().map((length) => parts.slice(0, length).join("/"));
}

// Names are looked up in listings: asking for a file that is not there would be an error in the browser's log.
async function entries(contents, folder) {
  const { content } = await contents.get(folder, { type: "directory", content: true });
  return new Map(content.map((entry) => [entry.name, entry.type]));
}

// The nearest such notebook from here upwards, no higher than the project that we are in; else where it belongs.
async function place(contents, file, drive, cwd) {
  const at = (folder) => (drive ? `${drive}:${folder}` : folder);
  let home = cwd;
  for (const folder of upwards(cwd)) {
    const here = await entries(contents, at(folder));
    if (here.has(file)) return { path: at(join(folder, file)), found: true };
    const below = here.get(HOME) === "directory" ? await entries(contents, at(join(folder, HOME))) : new Map();
    if (below.has(file)) return { path: at(join(join(folder, HOME), file)), found: true };
    if (here.has("project.toml")) {
      home = folder;
      break;
    }
  }
  const folder = last(home) === HOME ? home : join(home, HOME);
  return { path: at(join(folder, file)), folder: at(folder), parent: at(home), found: false };
}

// The path of the notebook, which is there when this answers. What somebody has is never written over.
export async function notebook({ contents }, beside, file, cwd) {
  const wanted = await place(contents, file, contents.driveName(cwd), contents.localPath(cwd));
  if (wanted.found) return wanted.path;
  const answer = await fetch(new URL(file, beside).href);
  if (!answer.ok) throw new Error(`${file}: ${answer.status} ${answer.statusText}`);
  const content = await answer.json();
  if (wanted.folder !== wanted.parent && !(await entries(contents, wanted.parent)).has(HOME)) {
    await contents.save(wanted.folder, { type: "directory" });
  }
  await contents.save(wanted.path, { type: "notebook", format: "json", content });
  return wanted.path;
}
