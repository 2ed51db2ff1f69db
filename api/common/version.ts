import pkg from '../../package.json' with { type: 'json' };

/** The version of loadtest-operator, which its programs share. */
export const VERSION: string = pkg.version;
