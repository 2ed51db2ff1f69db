import type { Body, BodyPart } from '../../api/loadtest/body.ts';
import { keyReference } from '../../api/loadtest/references.ts';
import { zlib } from '../../model/common/zlib.ts';
import { type Part, partsOf, type Scope, type Template, templateOf } from '../../model/request/template.ts';
import { bytesOf, type Values, valueParts } from '../values/referenced-values.ts';
import { latin1, multipart } from './multipart.ts';

/** A request's body as it is sent: its bytes, or what makes them for an arrival; and their type, if that follows from the spec. */
export type PreparedBody = { content: Buffer | ((scope: Scope) => Buffer); contentType: string | undefined };

/** A body of a spec with everything looked up. */
export function bodyOf(body: Body, values: Values, columns: readonly string[]): PreparedBody {
  const encoded = encodeBody(body, values, columns);
  return { content: contentOf(encoded, body.encoding), contentType: encoded.contentType };
}

/** A body's bytes, or what makes them for an arrival. */
function contentOf({ content, charset }: EncodedBody, encoding: Body['encoding']): Buffer | ((scope: Scope) => Buffer) {
  const encode = (bytes: Buffer) => (encoding === 'Gzip' ? zlib().gzipSync(bytes) : bytes);
  if (typeof content === 'function') return (scope) => encode(Buffer.from(content(scope), charset));
  return encode(typeof content === 'string' ? Buffer.from(content, charset) : content);
}

/** A body before its templates are filled; text in latin1 is bytes. */
type EncodedBody = { content: Buffer | Template; contentType?: string; charset?: 'latin1' };

function encodeBody(body: Body, values: Values, columns: readonly string[]): EncodedBody {
  if (body.json !== undefined) {
    const text = JSON.stringify(body.json).replaceAll(WHOLE_TEXT, '$1');
    const content = templateOf(partsOf(text, columns, { json: jsonOf }), (value) => JSON.stringify(value).slice(1, -1));
    return { content, contentType: 'application/json' };
  }
  if (body.text !== undefined)
    return { content: templateOf(partsOf(body.text, columns)), contentType: 'text/plain; charset=utf-8' };
  if (body.from !== undefined) return { content: bytesOf(keyReference(body.from), values) };
  if (body.multipart !== undefined) {
    const { pieces, contentType } = multipart(body.multipart, (part) => bytesInLatin1(part, values, columns));
    return { content: templateOf(pieces, latin1), contentType, charset: 'latin1' };
  }
  const fields = (body.form ?? []).flatMap((field, i) => [
    `${i === 0 ? '' : '&'}${formEncoded(field.name)}=`,
    ...valueParts(field, values, columns).map((part) => (typeof part === 'string' ? formEncoded(part) : part)),
  ]);
  return { content: templateOf(fields, formEncoded), contentType: 'application/x-www-form-urlencoded' };
}

/** In JSON, a text that is to be a JSON value, which has no quotes of its own. */
const WHOLE_TEXT = /"([$][{][^"}]*[|]json[}])"/g;

/** The JSON that a text is; of one that is none the text as JSON, so that the body is JSON in any case. */
function jsonOf(value: string): string {
  try {
    JSON.parse(value);
    return value;
  } catch {
    return JSON.stringify(value);
  }
}

function bytesInLatin1({ value, valueFrom }: BodyPart, values: Values, columns: readonly string[]): Part[] {
  if (valueFrom !== undefined) return [bytesOf(keyReference(valueFrom), values).toString('latin1')];
  return partsOf(value ?? '', columns).map((part) => (typeof part === 'string' ? latin1(part) : part));
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
