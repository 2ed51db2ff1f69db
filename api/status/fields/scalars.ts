import * as z from 'zod';

/** A number of things. */
export const count = z.int().min(0);
/** A short text of the operator. */
export const text = z.string().max(1024);
/** A moment by the operator's clock. */
export const time = z.string().max(64).meta({ format: 'date-time' });
