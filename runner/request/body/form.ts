import type { Body } from '../../../api/loadtest/body/body.ts';
import { templateOf } from '../../../model/request/template.ts';
import { valueParts } from '../../values/referenced-values.ts';
import type { BodyEncoder } from './encoded-body.ts';

export const encodeForm: BodyEncoder<NonNullable<Body['form']>> = (fields, { values, columns }) => {
  const pieces = fields.flatMap((field, i) => [
    `${i === 0 ? '' : '&'}${formEncoded(field.name)}=`,
    ...valueParts(field, values, columns).map((part) => (typeof part === 'string' ? formEncoded(part) : part)),
  ]);
  return { content: templateOf(pieces, formEncoded), contentType: 'application/x-www-form-urlencoded' };
};

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
