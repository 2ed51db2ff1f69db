import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Cluster } from '../arguments/command.ts';
import { shownStream } from '../output/shown-stream.ts';

/**
 * The output of kubectl, or its error. A final problem stays the same however often the call is repeated. `isAway` when no API server has
 * answered.
 */
export type KubectlResult = { out: string } | { problem: string; isFinal: boolean; isAway?: boolean };

/** Runs kubectl, which has the address and credentials of the user's cluster, plugins included. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<KubectlResult>;

const MAX_OUTPUT = 256 * 1024 * 1024;
/** A cluster that does not respond in time is a problem to report. */
const TIMEOUT = '20s';

/** Errors of the API server that a repeated call does not change. */
const FINAL = /\((NotFound|Forbidden|Unauthorized|BadRequest)\)|doesn't have a resource type/;

function clusterOptions({ namespace, context, kubeconfig }: Cluster): string[] {
  return Object.entries({ namespace, context, kubeconfig }).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option}=${value}`],
  );
}

/** Runs kubectl with our input, and our output without control characters, without a timeout; resolves to its exit code. */
export function kubectlInPlace(cluster: Cluster, args: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn('kubectl', [...args, ...clusterOptions(cluster)], { stdio: ['inherit', 'pipe', 'pipe'] });
    child.stdout.pipe(shownStream()).pipe(process.stdout, { end: false });
    child.stderr.pipe(shownStream()).pipe(process.stderr, { end: false });
    // Without this, kubectl would follow logs for nobody when this process receives a signal to end.
    const end = () => void child.kill();
    process.once('exit', end);
    process.stdout.once('error', end); // its reader is gone
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
    child.on('error', fail);
    child.on('close', (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

export function kubectlFor(cluster: Cluster): Kubectl {
  const options = clusterOptions(cluster);
  return (args, input = '') =>
    new Promise((done) => {
      const child = execFile(
        'kubectl',
        [...args, ...options, `--request-timeout=${TIMEOUT}`],
        { maxBuffer: MAX_OUTPUT },
        (error, out, err) => done(error === null ? { out } : problemOf(error, err)),
      );
      child.stdin?.on('error', () => {}); // kubectl ended without reading it, and reports why
      child.stdin?.end(input);
    });
}

function problemOf(error: Error & { code?: unknown }, stderr: string): KubectlResult {
  if (error.code === 'ENOENT') {
    return { problem: 'kubectl is not installed; loadtest reaches a cluster through it', isFinal: true };
  }
  return problemIn(stderr.trim() === '' ? error.message : stderr);
}

/** A line of the log of kubectl's client, which repeats an error for every attempt. */
const LOG_LINE = /^[IWEF]\d{4} \d\d:\d\d:\d\d/;
/** The cause in such a line. */
const LOGGED = /err="(.*)"$/;
const ANSWERED = /^Error from server|doesn't have a resource type/m;

/** The problem in kubectl's standard error, as one sentence. */
export function problemIn(stderr: string): { problem: string; isFinal: boolean; isAway: boolean } {
  const lines = stderr.trim().split('\n');
  const own = lines.filter((line) => line.trim() !== '' && !LOG_LINE.test(line));
  const logged = LOGGED.exec(lines.at(-1) ?? '')?.[1]?.replaceAll('\\"', '"') ?? lines.at(-1) ?? '';
  const said = (own.length > 0 ? own.join('\n') : logged).replace(/^error: /i, '');
  const isAway = !ANSWERED.test(stderr);
  return {
    problem: isAway ? `kubectl reaches no cluster: ${said}` : said,
    isFinal: FINAL.test(stderr),
    isAway,
  };
}
