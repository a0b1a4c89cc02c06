// What JupyterLab shares with its extensions: the very objects by which they ask one another for services.

// A package of JupyterLab's, as the others have it: what is already in use goes before what could be loaded.
export async function shared(scope, name) {
  const offered = Object.values(scope[name] ?? {});
  const chosen = offered.find((version) => version.loaded) ?? offered.find((version) => version.eager) ?? offered[0];
  if (chosen === undefined) throw new Error(`${name} is not shared`);
  const factory = await chosen.get();
  return factory();
}

// The same, or null: for what the tiles can do without.
export async function sharedIfAny(scope, name) {
  try {
    return await shared(scope, name);
  } catch {
    return null;
  }
}
