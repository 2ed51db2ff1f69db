import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { TARGETS } from './capacity/targets.ts';
import { SCENARIOS } from './scenario.ts';
import { TOOLS } from './tools/index.ts';
import { BEHAVIOURS } from './verdicts/behaviour.ts';
import { DISTURBANCES } from './verdicts/disturbance.ts';
import { FORMS } from './verdicts/form.ts';

export const BENCHES = [
  'requests',
  'truth',
  'verdicts',
  'capacity',
  'timeouts',
  'workers',
  'memory',
  'start',
  'scale',
  'differential',
  'profile',
  'install',
] as const;

const listOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(names, `must be of ${names.join(', ')}`)));
type Names = [string, ...string[]];
const names = <T extends { name: string }>(list: readonly T[]) => list.map(({ name }) => name) as Names;
const ids = <T extends { id: string }>(list: readonly T[]) => list.map(({ id }) => id) as Names;
const number = (min: number, max: number) => z.coerce.number().min(min).max(max);

const optionsSchema = z.strictObject({
  bench: z.enum(BENCHES, `the bench must be one of ${BENCHES.join(', ')}`).default('requests'),
  rounds: number(1, 100).int().default(7),
  seconds: number(1, 600).int().default(5),
  minutes: number(0.1, 60).default(1),
  requests: number(100, 10_000_000).int().default(10_000),
  thinkTime: z
    .string()
    .regex(/^[0-9]+(ms|s)$/, 'must be a duration such as 20ms')
    .default('20ms'),
  only: listOf(names(TOOLS)).default(names(TOOLS)),
  scenarios: listOf(names(SCENARIOS)).default(names(SCENARIOS)),
  targets: listOf(names(TARGETS)).default(names(TARGETS)),
  forms: listOf(ids(FORMS)).default(ids(FORMS)),
  disturbances: listOf(ids(DISTURBANCES)).default(ids(DISTURBANCES)),
  behaviours: listOf(names(BEHAVIOURS)).default(names(BEHAVIOURS)),
  out: z.string().default(join(import.meta.dirname, 'results')),
});
export type Options = z.infer<typeof optionsSchema>;

const OPTION_NAMES = Object.keys(optionsSchema.shape).filter((name) => name !== 'bench');

/** Parses the arguments of `npm run bench --` into options, or into a problem. */
export function parseOptions(args: string[]): Options | { problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: Object.fromEntries(OPTION_NAMES.map((name) => [name, { type: 'string' as const }])),
      allowPositionals: true,
    });
    if (positionals.length > 1) return { problem: `one bench at a time, not ${positionals.join(' ')}` };
    const parsed = optionsSchema.safeParse({ ...values, ...(positionals[0] && { bench: positionals[0] }) });
    return parsed.success ? parsed.data : { problem: z.prettifyError(parsed.error) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: error.message };
  }
}
