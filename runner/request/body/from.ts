import type { Body } from '../../../api/loadtest/body/body.ts';
import { keyReference } from '../../../api/loadtest/references.ts';
import { bytesOf } from '../../values/referenced-values.ts';
import type { BodyEncoder } from './encoded-body.ts';

/** The bytes of a key as they are: their media type is the user's to name. */
export const encodeFrom: BodyEncoder<NonNullable<Body['from']>> = (source, { values }) => ({
  content: bytesOf(keyReference(source), values),
});
