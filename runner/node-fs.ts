/**
 * Node's fs module, without `import`: an ES import reads every export of a built-in module, and one of this one's loads `node:fs/promises`
 * with all that it stands on, 1.7 MiB in a runner that reads a handful of small files (measured on Node 26).
 */
export const { closeSync, openSync, readFileSync, writeSync } = process.getBuiltinModule('node:fs');
