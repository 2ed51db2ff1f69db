import * as z from 'zod';
import { microseconds } from '../../common/duration.ts';
import { atMostAWeek, durationSchema, positive } from '../../common/duration-schema.ts';
import { share } from '../../common/quantity.ts';
import { percentSchema } from '../../common/quantity-schema.ts';
import { withRules } from '../../common/rule.ts';
import { arrivalFields } from './arrival-fields.ts';

const rate = z.int().min(1).max(10_000_000);

const atLeastASecond = {
  cel: "duration(self) >= duration('1s')",
  message: 'must be at least 1s',
  test: (text: string) => microseconds(text) >= 1e6,
};

const atMostAnHour = {
  cel: "duration(self) <= duration('1h')",
  message: 'must be at most 1h',
  test: (text: string) => microseconds(text) <= 3600e6,
};

/** The width of a bracket that trials of some seconds can tell from noise, and that still says something. */
const from1To50Percent = {
  cel: "double(self.replace('%', '')) >= 1.0 && double(self.replace('%', '')) <= 50.0",
  message: 'must be from 1% to 50%',
  test: (text: string) => share(text) >= 0.01 && share(text) <= 0.5,
};

/**
 * The search for the highest arrival rate at which the thresholds hold, by trials: plateaus at one rate each. Rates are arrivals a second over
 * the whole test.
 */
export const capacityLoadSchema = withRules(
  z.strictObject({
    minRate: rate
      .optional()
      .describe(
        'Lowest rate to try, arrivals per second: the search climbs from here. Default: a hundredth of maxRate.',
      ),
    maxRate: rate.describe('Highest rate to try, arrivals per second.'),
    precision: withRules(percentSchema, from1To50Percent)
      .default('5%')
      .describe('How close the search comes: the distance between a rate that holds and one that does not.'),
    trialDuration: withRules(durationSchema, atLeastASecond, atMostAnHour)
      .optional()
      .describe(
        'Length of a trial. Default: until ten requests are expected beyond the strictest threshold at its rate, from 5s to 1m.',
      ),
    confirm: withRules(durationSchema, atMostAnHour)
      .default('60s')
      .describe('Length of the last trial, which must hold at the rate that was found; 0s: none.'),
    hold: withRules(durationSchema, atMostAnHour)
      .default('0s')
      .describe(
        'How long a rate that fails on the way up is kept before it is tried again, so that an autoscaler may respond; 0s: it is not.',
      ),
    deadline: withRules(durationSchema, positive, atMostAWeek)
      .default('30m')
      .describe('Longest duration of the whole search.'),
    atLeast: rate
      .optional()
      .describe(
        'Capacity that the test requires, arrivals per second: it fails when the capacity is certainly below. Default: none.',
      ),
    ...arrivalFields('of the rate of each trial'),
  }),
  {
    cel: '!has(self.minRate) || self.minRate <= self.maxRate',
    message: 'must be at most maxRate',
    field: 'minRate',
    test: (v) => v.minRate === undefined || v.minRate <= v.maxRate,
  },
  {
    cel: '!has(self.atLeast) || self.atLeast <= self.maxRate',
    message: 'must be at most maxRate',
    field: 'atLeast',
    test: (v) => v.atLeast === undefined || v.atLeast <= v.maxRate,
  },
);
export type CapacityLoad = z.infer<typeof capacityLoadSchema>;
