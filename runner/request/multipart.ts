import type { BodyPart } from '../../api/loadtest/body.ts';
import type { Part } from '../../model/request/template.ts';
import { crypto } from '../transport/connect/lazy-openssl.ts';

/**
 * A multipart/form-data body (RFC 7578) as pieces of text in latin1, where a character is a byte; `contentOf` gives a part's own pieces
 * in the same way. The boundary follows from the parts, so that the same spec sends the same bytes.
 */
export function multipart(
  parts: readonly BodyPart[],
  contentOf: (part: BodyPart) => Part[],
): { pieces: Part[]; contentType: string } {
  const boundary = `loadtest-${crypto().createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
  const pieces = parts.flatMap((part) => [
    `--${boundary}\r\n${latin1(headOf(part))}\r\n\r\n`,
    ...contentOf(part),
    '\r\n',
  ]);
  return { pieces: [...pieces, `--${boundary}--\r\n`], contentType: `multipart/form-data; boundary=${boundary}` };
}

/** Text as its bytes in UTF-8, a character each. */
export function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function headOf({ name, filename, contentType }: BodyPart): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
  const type = contentType === undefined ? '' : `\r\ncontent-type: ${contentType}`;
  return `content-disposition: form-data; name="${quoted(name)}"${file}${type}`;
}

/** As browsers write it, who invented the form. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
