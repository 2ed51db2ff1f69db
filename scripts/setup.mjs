// Plain JavaScript without dependencies: it runs on whatever Node the machine has, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { argv, env, exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { isCurrent } from './installed.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that the project pins: an npm package, so that every machine runs the same one. */
export const pinnedNode = join(root, 'node_modules', '.bin', 'node');

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isInstalled() {
  const lock = readJson(join(root, 'package-lock.json'));
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'));
  return lock !== undefined && isCurrent(lock, installed) && existsSync(pinnedNode);
}

/** The environment without the pinned Node in the PATH: `npm ci` deletes it, and npm must not lose the Node it runs on. */
function environment() {
  const path = (env.PATH || '').split(delimiter).filter((folder) => !folder.startsWith(join(root, 'node_modules')));
  return { ...env, PATH: path.join(delimiter) };
}

/** Installs the locked dependencies unless they are there. Everything it says goes to standard error. */
export function setup() {
  if (isInstalled()) return true;
  stderr.write('installing the locked dependencies (npm ci) ...\n');
  const began = Date.now();
  // loglevel error: on an older Node npm warns about every package that asks for a newer one, which is why one is installed.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.error) stderr.write(`npm could not be started: ${npm.error.message}\n`);
  if (npm.error || npm.status !== 0) return false;
  if (!existsSync(pinnedNode)) {
    stderr.write(
      'npm installed no Node: the package "node" fetches its binary in an install script; allow it (npm config get ignore-scripts)\n',
    );
    return false;
  }
  stderr.write(`installed in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return true;
}

if (argv[1] && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) exit(setup() ? 0 : 1);
