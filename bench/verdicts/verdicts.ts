import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { SnapshotMessage } from '../../api/protocol/snapshot.ts';
import { judge } from '../../model/judge/verdict.ts';
import { type Summary, summarise } from '../../model/measure/summary.ts';
import { decodeRunnerUpdate } from '../../model/wire/runner-update.ts';
import { debian, type Log } from '../install.ts';
import { specOf } from '../spec.ts';
import { machine, store } from '../store.ts';
import { BEHAVIOURS, type Behaviour } from './behaviour.ts';
import { capture } from './capture.ts';
import { DISTURBANCES, type Disturbance } from './disturbance.ts';
import { FORMS, type Form } from './form.ts';
import { type Outcome, verdictsReport } from './report.ts';
import type { Entry } from './target.ts';
import { type Case, casesOf, truthOf } from './truth.ts';
import { wireOf } from './wire.ts';

const RATE = 200;
const SECONDS = 2;
/** From the moment at which all processes are ready to the start of the load. */
const LEAD_MS = 300;
const GENERATOR_CORE = 0;
const TARGET_CORE = 1;

/** Which runs to make, by the names and ids of their parts; `out`: the folder of the results. */
type Runs = {
  rounds: number;
  forms: readonly string[];
  disturbances: readonly string[];
  behaviours: readonly string[];
  out: string;
};

/**
 * Whether verdicts blame the right side: a generator that is delayed in known ways measures a target, and tcpdump records what
 * was on the wire. Each run is judged by thresholds on both sides of the truth. A verdict is false when it fails what the target kept on the
 * wire, or passes what it did not.
 */
export async function benchVerdicts(options: Runs, log: Log): Promise<void> {
  const forms = FORMS.filter(({ id }) => options.forms.includes(id));
  const disturbances = DISTURBANCES.filter(({ id }) => options.disturbances.includes(id));
  const behaviours = BEHAVIOURS.filter(({ name }) => options.behaviours.includes(name));
  const [tcpdump] = await debian('tcpdump')(log);
  const outcomes: Outcome[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const form of forms)
      for (const disturbance of disturbances)
        for (const behaviour of behaviours) outcomes.push(...(await runOnce(tcpdump!, form, disturbance, behaviour)));
    log(`round ${round} of ${options.rounds} done: ${outcomes.filter((o) => o.isFalse).length} false verdicts so far`);
  }
  const result = { machine: machine(), rate: RATE, seconds: SECONDS, rounds: options.rounds, outcomes };
  const report = verdictsReport(result);
  store(options.out, 'verdicts', { ...result, outcomes: outcomes.filter((o) => o.isFalse) }, report, log);
}

async function runOnce(
  tcpdump: string,
  form: Form,
  disturbance: Disturbance,
  behaviour: Behaviour,
): Promise<Outcome[]> {
  const target = node(TARGET_CORE, 'target.ts', [behaviour.name, form.version]);
  const port = await firstLine(target);
  const captured = await capture(tcpdump, TARGET_CORE, Number(port));
  const spec = specFor(form, port);
  const generator = node(GENERATOR_CORE, 'generator.ts', [JSON.stringify(spec), String(form.workers)], disturbance.env);
  await firstLine(generator);
  const startMs = Date.now() + LEAD_MS;
  for (const { stdin } of [target, generator]) stdin!.write(`${startMs}\n`);
  const end = disturbance.begin({ pid: generator.pid!, core: GENERATOR_CORE, startMs });
  const printed = await text(generator.stdout!);
  await end();
  const segments = await captured();
  target.stdin!.end();
  const log = JSON.parse(await text(target.stdout!)) as Entry[];
  const wire = wireOf(segments, Number(port), startMs, log);
  if (printed === '')
    throw new Error(`${form.name}, ${disturbance.name}, ${behaviour.name}: the generator printed nothing`);
  const summary = summaryOf(spec, JSON.parse(printed) as SnapshotMessage);
  return casesOf(truthOf(spec, behaviour, wire)).map((one) => ({
    form: form.name,
    disturbance: disturbance.name,
    behaviour: behaviour.name,
    ...outcomeOf(one, spec, summary),
  }));
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  return String((await once(stdout!, 'data'))[0]).trim();
}

function node(core: number, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn('taskset', ['-c', String(core), process.execPath, join(import.meta.dirname, program), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
}

function specFor({ isOpen, version }: Form, port: string): LoadTestSpec {
  const duration = `${SECONDS}s`;
  return specOf({
    target: { url: `http://127.0.0.1:${port}`, timeout: '10s', http: { version } },
    requests: [{ name: 'numbered', path: '/${index}' }],
    load: isOpen
      ? { type: 'Open', open: { stages: [{ duration, rate: RATE }], maxInFlight: 2000 }, gracefulStop: '300ms' }
      : { type: 'Closed', closed: { users: 10, duration }, gracefulStop: '300ms' },
  });
}

function summaryOf(spec: LoadTestSpec, snapshot: SnapshotMessage): Summary {
  const decoded = decodeRunnerUpdate({ phase: 'Finished', snapshot });
  if ('problem' in decoded) throw new Error(decoded.problem);
  return summarise(spec, [decoded.update.snapshot!]);
}

function outcomeOf({ holds, ...threshold }: Case, spec: LoadTestSpec, summary: Summary) {
  const { passed } = judge({ ...spec, thresholds: [threshold] }, summary, { desired: 1, lost: 0 });
  const isFalse = (passed.status === 'False' && holds) || (passed.status === 'True' && !holds);
  return { ...threshold, holds, verdict: passed.status, isFalse, message: passed.message };
}
