import { utf8 } from './units.ts';

/** A text of several lines comes back line by line; shorter lines, such as a brace, say nothing. */
const MIN_LINE = 8;
/** The beginning of a text that is hidden where the rest is missing: half of it, but no more than this, and no fewer than a line has. */
const MAX_BEGINNING = 16;
/** Decoded garbage contains any shorter text sooner or later. */
export const MIN_EMBEDDED = 4;

/** A text as bytes in the forms that no escape explains: its lines, its beginning, in ISO 8859-1, in which headers are sent, and misread as UTF-8. */
export function variantsOf(text: string): string[] {
  const whole = text.replaceAll(/\r\n?/g, '\n');
  const lines = whole.split('\n').map((line) => line.trim());
  const texts = [whole, whole.trim(), ...(lines.length > 1 ? lines.filter((line) => line.length >= MIN_LINE) : [])];
  return texts.flatMap((one) => {
    const latin1 = /[\u0080-\u00ff]/.test(one) && !/[^\0-\u00ff]/.test(one);
    const encoded = [
      utf8(one),
      ...(latin1 ? [one, utf8(one.replaceAll(/[\u0080-\u00ff]/g, '\ufffd'))] : []),
      ...(/[^\0-\u00ff]/.test(one) ? utf16(one) : []),
    ];
    return encoded.flatMap((bytes) => [bytes, ...beginningOf(bytes), ...shortInBase64(bytes)]);
  });
}

/** In UTF-16, which is more than a NUL for each character only beyond ISO 8859-1. */
function utf16(text: string): string[] {
  const bytes = Buffer.from(text, 'utf16le');
  return [bytes.toString('latin1'), Buffer.from(bytes).swap16().toString('latin1')];
}

/** Enough of the beginning of a text to hide it alone. */
function beginningOf(bytes: string): string[] {
  const length = Math.max(MIN_LINE, Math.min(Math.ceil(bytes.length / 2), MAX_BEGINNING));
  return length < bytes.length ? [bytes.slice(0, length)] : [];
}

/** A text that is too short to be searched for in what was decoded. */
function shortInBase64(bytes: string): string[] {
  if (bytes === '' || bytes.length >= MIN_EMBEDDED) return [];
  const base64 = Buffer.from(bytes, 'latin1').toString('base64');
  return [base64, base64.replaceAll('=', ''), Buffer.from(bytes, 'latin1').toString('base64url')];
}
