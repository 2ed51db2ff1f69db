/** Read before a script's sandbox removes it, because responses are decoded long after the script is loaded. */
const { getBuiltinModule } = process;

/** Node's zlib, loaded at the first call: it takes 1.6 MiB that a runner does not need before its first update (Node 26). */
export const zlib = () => getBuiltinModule('node:zlib');
