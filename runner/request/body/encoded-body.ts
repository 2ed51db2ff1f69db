import type { Template } from '../../../model/request/template.ts';
import type { Values } from '../../values/referenced-values.ts';

/** A body before its templates are filled. With `charset` latin1 a character of the text is a byte. */
export type EncodedBody = { content: Buffer | Template; contentType?: string; charset?: 'latin1' };

/** What the values of a body come from: the keys that the spec refers to, and the columns of its data. */
export type BodyInput = { values: Values; columns: readonly string[] };

/** The encoding half of a body type; `value` is the body's field of that type. */
export type BodyEncoder<T> = (value: T, input: BodyInput) => EncodedBody;
