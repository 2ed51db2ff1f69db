// Plain JavaScript without dependencies: it runs on any Node, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { argv, env, exit, getuid, platform, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { isCurrent } from './installed.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that the project pins: an npm package, so that every machine runs the same one. */
export const pinnedNode = join(root, 'node_modules', '.bin', 'node');

/** @param {string} path */
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

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {'ignore' | 2} output Destination of its standard output: nowhere, or standard error.
 */
function run(command, args, output = 2) {
  return spawnSync(command, args, { cwd: root, env: environment(), stdio: ['ignore', output, 2] });
}

/** The only library that the pinned Node loads and a minimal Debian lacks. */
const LIBRARY = 'libatomic.so.1';

function lacksLibrary() {
  if (platform !== 'linux') return false;
  const { status, stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  return status === 0 && !stdout.includes(LIBRARY);
}

/** Installs the library as root on Debian; otherwise prints how to install it. True if it is installed. */
function installLibrary() {
  const isRoot = getuid !== undefined && getuid() === 0;
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    stderr.write(`Node 26 needs ${LIBRARY}: install it first (Debian, Ubuntu: libatomic1; Fedora: libatomic)\n`);
    return false;
  }
  stderr.write(`installing ${LIBRARY}, which Node 26 needs (apt-get install libatomic1) ...\n`);
  const install = () =>
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'libatomic1'], 'ignore').status === 0;
  return install() || (run('apt-get', ['update', '-qq'], 'ignore').status === 0 && install());
}

/** Installs the locked dependencies unless they are current; true on success. Prints to standard error only. */
export function setup() {
  if (isInstalled()) return true;
  if (lacksLibrary() && !installLibrary()) return false;
  stderr.write('installing the locked dependencies (npm ci) ...\n');
  const began = Date.now();
  // include=dev: with NODE_ENV=production, npm would omit development dependencies. loglevel=error: a warning about an older Node is
  // irrelevant, because the packages include a newer one.
  const npm = run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (npm.error) stderr.write(`npm could not be started: ${npm.error.message}\n`);
  if (npm.error || npm.status !== 0) return false;
  const node = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' });
  if (node.status !== 0) {
    // An install script fetches its binary; npm may be configured not to run install scripts.
    stderr.write(`the installed Node does not run: ${node.stderr || node.error?.message}\n`);
    return false;
  }
  stderr.write(`installed in ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  return true;
}

if (argv[1] && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) exit(setup() ? 0 : 1);
