import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Cluster } from '../arguments/command.ts';

/** What kubectl printed; or what it said was wrong, and whether asking again is of no use. */
export type KubectlResult = { out: string } | { problem: string; isFinal: boolean };

/** Runs kubectl, which knows how to reach and to sign in to whatever cluster a person works with, plugins included. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<KubectlResult>;

const MAX_OUTPUT = 256 * 1024 * 1024;
/** A cluster that does not answer is a problem to tell, not to wait for. */
const TIMEOUT = '20s';

/** What the API server says again however often it is asked. */
const FINAL = /\((NotFound|Forbidden|Unauthorized|BadRequest)\)|doesn't have a resource type/;

function placeOptions({ namespace, context, kubeconfig }: Cluster): string[] {
  return Object.entries({ namespace, context, kubeconfig }).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option}=${value}`],
  );
}

/** Runs kubectl in our place, with our input and output, for as long as it takes; resolves to its exit code. */
export function kubectlInPlace(cluster: Cluster, args: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn('kubectl', [...args, ...placeOptions(cluster)], { stdio: 'inherit' });
    child.on('error', fail);
    child.on('exit', (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

export function kubectlFor(cluster: Cluster): Kubectl {
  const where = placeOptions(cluster);
  return (args, input = '') =>
    new Promise((done) => {
      const child = execFile(
        'kubectl',
        [...args, ...where, `--request-timeout=${TIMEOUT}`],
        { maxBuffer: MAX_OUTPUT },
        (error, out, err) => done(error === null ? { out } : problemOf(error, err)),
      );
      child.stdin?.on('error', () => {}); // kubectl ended without reading it, and says why
      child.stdin?.end(input);
    });
}

function problemOf(error: Error & { code?: unknown }, stderr: string): KubectlResult {
  if (error.code === 'ENOENT') {
    return { problem: 'kubectl is not installed, which is how loadtest reaches a cluster', isFinal: true };
  }
  const problem = stderr.trim().replace(/^error: /i, '') || error.message;
  return { problem, isFinal: FINAL.test(stderr) };
}
