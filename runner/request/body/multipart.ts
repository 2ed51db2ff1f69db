import type { Body } from '../../../api/loadtest/body/body.ts';
import type { BodyPart } from '../../../api/loadtest/body/multipart.ts';
import { keyReference } from '../../../api/loadtest/references.ts';
import { type Part, partsOf, templateOf } from '../../../model/request/template.ts';
import { crypto } from '../../transport/connect/lazy-openssl.ts';
import { bytesOf } from '../../values/referenced-values.ts';
import type { BodyEncoder, BodyInput } from './encoded-body.ts';

/**
 * multipart/form-data (RFC 7578), composed as text in latin1, where a character is a byte. The boundary is a hash of the parts, so that the
 * same spec sends the same bytes.
 */
export const encodeMultipart: BodyEncoder<NonNullable<Body['multipart']>> = (parts, input) => {
  const boundary = `loadtest-${crypto().createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
  const pieces = parts.flatMap((part) => [
    `--${boundary}\r\n${latin1(headersOf(part))}\r\n\r\n`,
    ...contentOf(part, input),
    '\r\n',
  ]);
  return {
    content: templateOf([...pieces, `--${boundary}--\r\n`], latin1),
    contentType: `multipart/form-data; boundary=${boundary}`,
    charset: 'latin1',
  };
};

function contentOf({ value, valueFrom }: BodyPart, { values, columns }: BodyInput): Part[] {
  if (valueFrom !== undefined) return [bytesOf(keyReference(valueFrom), values).toString('latin1')];
  return partsOf(value ?? '', columns).map((part) => (typeof part === 'string' ? latin1(part) : part));
}

/** The UTF-8 bytes of a text, a character each. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function headersOf({ name, filename, contentType }: BodyPart): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
  const type = contentType === undefined ? '' : `\r\ncontent-type: ${contentType}`;
  return `content-disposition: form-data; name="${quoted(name)}"${file}${type}`;
}

/** Escapes a name as browsers do (WHATWG HTML, multipart form data). */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
