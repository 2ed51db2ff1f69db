import * as z from 'zod';
import { text } from './scalars.ts';

/** Rates per second, averages over the load. */
export const rateSchema = z.strictObject({
  target: text.optional().describe('Average rate that an open load asks for.'),
  achieved: text.describe('Responses received, or complete iterations with requestOrder Sequential.'),
});
