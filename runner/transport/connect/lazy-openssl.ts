/** Kept from before a script's thread loses it: TLS may first be needed long after the script was loaded. */
const { getBuiltinModule } = process;

/**
 * Node's modules on top of OpenSSL, loaded at first use: OpenSSL takes some 7 MiB to initialise (measured on Node 26), which a runner without
 * TLS saves.
 */
export const tls = () => getBuiltinModule('node:tls');
export const crypto = () => getBuiltinModule('node:crypto');
