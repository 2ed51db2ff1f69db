import * as z from 'zod';

/** The fields of a load whose arrivals wait for no response. `rate` completes "a Poisson process". */
export function arrivalFields(rate: string) {
  return {
    arrivals: z
      .enum(['Uniform', 'Poisson'])
      .default('Uniform')
      .describe(`Uniform: evenly spaced arrivals. Poisson: a Poisson process ${rate}.`),
    seed: z.int().min(0).max(2_147_483_647).default(1).describe('Seed of the Poisson process.'),
    maxInFlight: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe(
        'Maximum number of in-flight requests over the whole test. An arrival beyond it is dropped and counted as such.',
      ),
  };
}
