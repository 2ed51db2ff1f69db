#!/usr/bin/env node
// CommonJS in old syntax, because an old Node must parse it to print which one the command needs.
// biome-ignore lint/style/useNodejsImportProtocol: an old Node has no node: modules
const { existsSync } = require('fs');

/** The oldest Node on which the package runs, also in package.json's `engines`. */
const MAJOR = 22;
const MINOR = 19;

/** A name and not a literal, because a clone need not have the bundle, and the type check is not to read it. */
const BUNDLE = '../dist/package/loadtest.mjs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (existsSync(`${__dirname}/../scripts/from-sources.mjs`)) {
  // A clone of the repository: its own Node runs the sources.
  import('../scripts/from-sources.mjs');
} else if (major < MAJOR || (major === MAJOR && minor < MINOR)) {
  process.stderr.write(`loadtest needs Node ${MAJOR}.${MINOR} or newer; this is Node ${process.versions.node}\n`);
  process.exitCode = 64;
} else {
  // Scripts of load tests run in this process: no signal may open an inspector in it.
  process.on('SIGUSR1', () => {});
  import(BUNDLE);
}
