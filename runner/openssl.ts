/**
 * Node's modules on top of OpenSSL, loaded when they are first asked for: OpenSSL takes some 7 MiB to come up, which a runner does without
 * that speaks plain HTTP (measured on Node 26).
 */
export const tls = () => process.getBuiltinModule('node:tls');
export const crypto = () => process.getBuiltinModule('node:crypto');
