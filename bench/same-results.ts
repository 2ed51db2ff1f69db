/**
 * `node bench/same-results.ts OLD NEW [COUNT [SEED]]` runs COUNT random LoadTests with the commands that the checkouts OLD and NEW have built
 * (`npm run build`), against a target on loopback, and prints the differences of status, report and exit code. Measured times are excluded.
 * Differences in the wording of messages are listed separately.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { COUNTER_NAMES } from '../api/status/counters.ts';
import { validateObject } from '../cli/input/validate.ts';
import { randomManifest } from '../test/integration/support/random-specs.ts';
import { referencedObjects, short } from './short-spec.ts';

const AT_ONCE = 2;
/** Time limit of a run. */
const TIMEOUT_MS = 60_000;
const MOST_TRIES = 5;

type Result = { exit: number | null; resource: unknown; problems: string };
type Difference = { seed: number; path: string; old: unknown; new: unknown };

/** Fields whose value depends on timing, down to their last part; all others are compared. */
const MEASURED = new Set(
  [
    'startTime loadStartTime completionTime lastTransitionTime first last elapsedMs startedAtMs',
    'min mean p50 p90 p95 p99 p999 observed achieved cpu cpuMs throttled gcPauseMax gcShare pacingLagP99',
    'responseTime firstByte serviceTime dns connect tls pacingLag eventLoopUtilization windows baselineWindows gc uid version machine',
  ].flatMap((names) => names.split(' ')),
);
const MESSAGE = /\.(message|example)$/;

/** Removes digits, which are mostly times and ports. */
function worded(value: unknown): string {
  return String(value).replace(/[0-9]+(\.[0-9]+)?(ms|us|s|%|\/s)?/g, '#');
}

function differences(before: unknown, after: unknown, path = ''): { path: string; old: unknown; new: unknown }[] {
  if (MEASURED.has(path.slice(path.lastIndexOf('.') + 1)))
    return typeof before === typeof after ? [] : [{ path, old: before, new: after }];
  if (path.startsWith('.report.timeline.') && Array.isArray(before) && Array.isArray(after))
    return isTimed(path) || sumOf(before) === sumOf(after) ? [] : [{ path, old: before, new: after }];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], `${path}.${key}`));
  }
  const isSame = MESSAGE.test(path) ? worded(before) === worded(after) : isDeepStrictEqual(before, after);
  return isSame ? [] : [{ path, old: before, new: after }];
}

/** Columns of the timeline that are no counters; of a counter the sum over all points is compared, as its moments vary. */
function isTimed(path: string): boolean {
  return !COUNTER_NAMES.some((name) => path.endsWith(`.${name}`));
}

function sumOf(column: readonly unknown[]): number {
  return column.reduce<number>((sum, value) => sum + Number(value), 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

async function run(checkout: string, input: string, report: string): Promise<Result> {
  rmSync(report, { force: true });
  // Older checkouts build the command next to the image's programs.
  const places = ['dist/package/loadtest.mjs', 'dist/loadtest.mjs'].map((file) => join(checkout, file));
  const command = places.find((file) => existsSync(file)) ?? places[0]!;
  const child = spawn(process.execPath, [command, 'run', '-', '-o', 'json', '--no-progress', '--json', report], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  child.stdin.on('error', () => {}).end(input);
  const exit = new Promise<number | null>((done) => child.on('close', done));
  const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await exit;
  const written = existsSync(report) ? { report: JSON.parse(readFileSync(report, 'utf8')) } : {};
  return { exit: code, resource: out === '' ? undefined : { ...JSON.parse(out), ...written }, problems };
}

/** Runs both, repeatedly while one reports that the machine was the limit, which is no difference between the commands. */
async function runBoth([before, after]: [string, string], input: string, report: string): Promise<[Result, Result]> {
  for (let tries = 1; ; tries++) {
    const both: [Result, Result] = [await run(before, input, report), await run(after, input, report)];
    if (tries === MOST_TRIES || !both.some(isSaturated)) return both;
  }
}

function isSaturated({ resource }: Result): boolean {
  const status = (resource as { status?: { generator?: { saturated?: boolean } } } | undefined)?.status;
  return status?.generator?.saturated === true;
}

async function main([before = '', after = '', count = '500', first = '1']: readonly string[]): Promise<number> {
  const target = createServer((request, response) => {
    request.resume();
    response.end('{"items":[{"id":1}],"token":"t"}');
  });
  await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
  const found: Difference[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'loadtest-same-'));
  const exits = new Map<string, number>();
  let seed = Number(first);
  let left = Number(count);
  const work = async () => {
    while (left > 0) {
      const own = seed++;
      const valid = validateObject(randomManifest(own));
      if (!('document' in valid) || valid.document.kind !== 'LoadTest') continue;
      left--;
      const test = short(valid.document.test, url);
      const input = [test, ...referencedObjects(test.spec)].map((object) => stringify(object)).join('---\n');
      const [old, now] = await runBoth([before, after], input, join(dir, `${own}.json`));
      exits.set(String(old.exit), (exits.get(String(old.exit)) ?? 0) + 1);
      const exit = old.exit === now.exit ? [] : [{ path: 'exit', old: old.exit, new: now.exit }];
      const problems =
        old.resource === undefined ? differences({ message: old.problems }, { message: now.problems }) : [];
      for (const one of [...exit, ...problems, ...differences(old.resource, now.resource)])
        found.push({ seed: own, ...one });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  rmSync(dir, { recursive: true });
  target.close();
  target.closeAllConnections();
  const wording = new Map<string, { pair: [string, string]; seeds: number[] }>();
  for (const { path, old, new: now, seed } of found.filter(({ path }) => MESSAGE.test(path))) {
    const pair: [string, string] = [String(old), String(now)];
    const key = pair.map(worded).join('\n');
    wording.set(key, { pair, seeds: [...(wording.get(key)?.seeds ?? []), seed] });
    if (typeof old !== typeof now)
      console.log(`seed ${seed}: ${path}: ${JSON.stringify(old)} became ${JSON.stringify(now)}`);
  }
  const rest = found.filter(({ path }) => !MESSAGE.test(path));
  for (const { seed, path, old, new: now } of rest)
    console.log(`seed ${seed}: ${path}: ${JSON.stringify(old)} became ${JSON.stringify(now)}`);
  for (const { pair, seeds } of wording.values())
    console.log(`wording (${seeds.length} times, seed ${seeds[0]}):\n  - ${pair[0]}\n  + ${pair[1]}`);
  const ends = [...exits].map(([exit, times]) => `${times} ended with ${exit}`).join(', ');
  console.log(`${count} LoadTests: ${ends}; ${rest.length} differences, ${wording.size} other wordings`);
  return rest.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
