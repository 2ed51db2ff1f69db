import * as z from 'zod';
import { atMostAWeek, durationSchema } from '../../common/duration-schema.ts';
import { type Rule, withRules } from '../../common/rule.ts';
import { celIsPlainRate, celIsShareOfRate, isPlainRate, isShareOfRate } from '../metrics.ts';
import type { Threshold } from '../threshold.ts';
import { capacityLoadSchema } from './capacity-load.ts';
import { closedLoadSchema } from './closed-load.ts';
import { openLoadSchema } from './open-load.ts';

/** The field of each load model. The type of a model is the name of its field with a capital letter. */
const MODELS = {
  open: openLoadSchema.optional().describe('Open workload model: an arrival rate.'),
  closed: closedLoadSchema.optional().describe('Closed workload model: a number of users.'),
  capacity: capacityLoadSchema.optional().describe('Search for the highest rate at which every threshold holds.'),
};
type LoadField = keyof typeof MODELS;
export type LoadType = Capitalize<LoadField>;

/**
 * `summary` explains the type; `divided` is the model's number of which each runner needs at least one; `asksForRate` is whether the load
 * has a rate that the target is to reach; `triesRates` is whether thresholds judge each rate that it tries, and may be broken by some.
 */
const FACTS: Record<LoadField, { summary: string; divided: string; asksForRate: boolean; triesRates: boolean }> = {
  open: {
    summary: 'arrivals do not wait for responses',
    divided: 'maxInFlight',
    asksForRate: true,
    triesRates: false,
  },
  closed: { summary: 'users do', divided: 'users', asksForRate: false, triesRates: false },
  capacity: {
    summary: 'searches for the highest rate of an open load at which every threshold holds',
    divided: 'maxInFlight',
    asksForRate: true,
    triesRates: true,
  },
};

const FIELDS = Object.keys(MODELS) as LoadField[];
const typeOf = (field: LoadField) => `${field[0]!.toUpperCase()}${field.slice(1)}` as LoadType;

/** The load model of a test and its parameters. */
export const loadSchema = withRules(
  z.strictObject({
    type: z.enum(FIELDS.map(typeOf)).describe(FIELDS.map((f) => `${typeOf(f)}: ${FACTS[f].summary}.`).join(' ')),
    ...MODELS,
    gracefulStop: withRules(durationSchema, atMostAWeek)
      .optional()
      .describe(
        'How long in-flight requests may continue after the end of the load; then they are cancelled and counted as aborted. Default: until the timeout of each request.',
      ),
  }),
  ...FIELDS.map((field) => ({
    cel: `has(self.${field}) == (self.type == '${typeOf(field)}')`,
    message: `${field} must be set when type is ${typeOf(field)}, and only then`,
    field,
    test: (v: { type: LoadType } & { [F in LoadField]?: unknown }) =>
      (v[field] !== undefined) === (v.type === typeOf(field)),
  })),
);
export type Load = z.infer<typeof loadSchema>;

/** The rules of a test that give every runner a share of the load. */
export const loadOfRunnersRules: Rule<{ load: Load; runners: { replicas: number } }>[] = FIELDS.map((field) => {
  const { divided } = FACTS[field];
  return {
    cel: `!has(self.load.${field}) || self.load.${field}.${divided} >= self.runners.replicas`,
    message: 'must be at least runners.replicas',
    field: `load.${field}.${divided}`,
    test: ({ load, runners }) => {
      const model: Record<string, unknown> | undefined = load[field];
      return model === undefined || Number(model[divided]) >= runners.replicas;
    },
  };
});

/** The rules for loads that ask for no rate: a threshold cannot be a share of it. */
export const rateOfLoadRules: Rule<{ load: Load; thresholds?: Threshold[] | undefined }>[] = FIELDS.filter(
  (field) => !FACTS[field].asksForRate,
).map((field) => ({
  cel: `!has(self.load.${field}) || !has(self.thresholds) || self.thresholds.all(t, !${celIsShareOfRate('t')})`,
  message: `a rate in percent is a share of the rate that the load asks for: load.type ${typeOf(field)} asks for none, as responses decide it; use a number`,
  field: 'thresholds',
  test: ({ load, thresholds = [] }) => load[field] === undefined || !thresholds.some(isShareOfRate),
}));

type Thresholds = { load: Load; thresholds?: Threshold[] | undefined };

/** The rules for loads that try rates: they need the trials that break a threshold, and every rate is to be judged by the same limits. */
export const triedRatesRules: Rule<Thresholds>[] = FIELDS.filter((field) => FACTS[field].triesRates).flatMap(
  (field) => [
    {
      cel: `!has(self.load.${field}) || !has(self.thresholds) || self.thresholds.all(t, !has(t.abort) || !t.abort)`,
      message: `abort must not be set with load.type ${typeOf(field)}, which tries rates at which thresholds do not hold`,
      field: 'thresholds',
      test: ({ load, thresholds = [] }: Thresholds) => load[field] === undefined || !thresholds.some((t) => t.abort),
    },
    {
      cel: `!has(self.load.${field}) || !has(self.thresholds) || self.thresholds.all(t, !${celIsPlainRate('t')})`,
      message: `a rate must be in percent with load.type ${typeOf(field)}, which tries many rates`,
      field: 'thresholds',
      test: ({ load, thresholds = [] }: Thresholds) => load[field] === undefined || !thresholds.some(isPlainRate),
    },
  ],
);
