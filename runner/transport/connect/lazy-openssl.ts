/** Kept from before a script's thread loses it: a connection may be secured long after the script was loaded. */
const { getBuiltinModule } = process;

/**
 * Node's modules on top of OpenSSL, loaded when they are first asked for: OpenSSL takes some 7 MiB to come up, which a runner does without
 * that speaks plain HTTP (measured on Node 26).
 */
export const tls = () => getBuiltinModule('node:tls');
export const crypto = () => getBuiltinModule('node:crypto');
