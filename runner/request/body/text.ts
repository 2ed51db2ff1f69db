import type { Body } from '../../../api/loadtest/body/body.ts';
import { partsOf, templateOf } from '../../../model/request/template.ts';
import type { BodyEncoder } from './encoded-body.ts';

export const encodeText: BodyEncoder<NonNullable<Body['text']>> = (text, { columns }) => ({
  content: templateOf(partsOf(text, columns)),
  contentType: 'text/plain; charset=utf-8',
});
