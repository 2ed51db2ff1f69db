/** Kept from before a script's thread loses it: an answer may be decoded long after the script was loaded. */
const { getBuiltinModule } = process;

/** Node's zlib, loaded when it is first asked for: 1.6 MiB that a runner does without until it has measured something (Node 26). */
export const zlib = () => getBuiltinModule('node:zlib');
