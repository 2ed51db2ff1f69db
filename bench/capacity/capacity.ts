import type { Log } from '../install.ts';
import { describeMachine, machine, store } from '../store.ts';
import { vegeta } from '../tools/vegeta.ts';
import { bisected } from './bisection.ts';
import { type Found, searched } from './search.ts';
import { type CapacityTarget, TARGETS } from './targets.ts';

const PRECISION = 0.05;

type Options = { rounds: number; targets: readonly string[]; out: string };

/** Searches of known targets, and plain bisection of those that have a number, `rounds` of each. */
export async function benchCapacity({ rounds, targets, out }: Options, log: Log): Promise<void> {
  const program = await vegeta.install(log).catch((error: Error) => {
    log(`no bisection: vegeta is not installed: ${error.message.slice(0, 300)}`);
    return undefined;
  });
  const found: Found[] = [];
  for (const target of TARGETS.filter(({ name }) => targets.includes(name))) {
    for (let round = 0; round < rounds; round++) {
      const results = [await searched(target)];
      if (program !== undefined && target.truth !== undefined) results.push(await bisected(program[0]!, target));
      for (const result of results) log(lineOf(target, result));
      found.push(...results);
    }
  }
  const about = machine();
  store(out, 'capacity', { machine: about, found }, reportOf(found, describeMachine(about)), log);
}

/** Whether a search found the truth, or the right reason where there is none. */
function isRight({ truth, reason }: CapacityTarget, found: Found): boolean {
  if (found.method === 'loadtest' && found.reason !== reason) return false;
  return truth === undefined || Math.abs((found.rate ?? 0) / truth - 1) <= PRECISION;
}

function lineOf(target: CapacityTarget, found: Found): string {
  const truth = target.truth === undefined ? target.reason : `${Math.round(target.truth)}/s`;
  const mark = isRight(target, found) ? 'right' : 'WRONG';
  return `${mark}  ${target.name}, ${truth}: ${found.method} ${found.reason}: ${found.text}; ${found.trials} trials, ${Math.round(found.seconds)} s`;
}

function reportOf(found: readonly Found[], about: string): string {
  const rows = TARGETS.flatMap((target) =>
    ['loadtest', 'bisection'].flatMap((method) => {
      const own = found.filter((f) => f.target === target.name && f.method === method);
      return own.length === 0 ? [] : [rowOf(target, method, own)];
    }),
  );
  return [
    about,
    '',
    'Targets of known capacity, and what each method found. Right: within 5% of the truth, or the right reason where there is no number.',
    '',
    '| target | truth | method | right | found, median (least to most) | trials | seconds |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function rowOf(target: CapacityTarget, method: string, found: readonly Found[]): string {
  const rates = found.flatMap(({ rate }) => rate ?? []).sort((a, b) => a - b);
  const middle = (values: readonly number[]) => Math.round(values[Math.floor(values.length / 2)] ?? 0);
  const reasons = [...new Set(found.map(({ reason }) => reason))].filter((reason) => reason !== '-').join(', ');
  const range =
    rates.length === 0 ? '' : `${middle(rates)}/s (${Math.round(rates[0]!)} to ${Math.round(rates.at(-1)!)})`;
  const cells = [
    target.what,
    target.truth === undefined ? target.reason : `${Math.round(target.truth)}/s`,
    method,
    `${found.filter((f) => isRight(target, f)).length} of ${found.length}`,
    [reasons, range].filter(Boolean).join(' '),
    middle(found.map(({ trials }) => trials).sort((a, b) => a - b)),
    middle(found.map(({ seconds }) => seconds).sort((a, b) => a - b)),
  ];
  return `| ${cells.join(' | ')} |`;
}
