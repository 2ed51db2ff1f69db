import * as z from 'zod';
import { shownText } from './text.ts';

/** A text that a runner sends for people, of at most `max` characters: it holds nothing that a terminal would obey. */
export function shownTextSchema(max: number): z.ZodString {
  return z
    .string()
    .max(max)
    .refine((text) => shownText(text) === text, 'must be without control characters');
}
