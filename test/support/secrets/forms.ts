type Form = (secret: string) => string;

const bytes = (text: string) => [...Buffer.from(text)];
const hex = (byte: number) => byte.toString(16).padStart(2, '0');
const base64: Form = (text) => Buffer.from(text).toString('base64');
const json: Form = (text) => JSON.stringify(text).slice(1, -1);
const times =
  (form: Form, count: number): Form =>
  (text) =>
    Array.from({ length: count }).reduce<string>((t) => form(t), text);
const units = (text: string, form: (code: number) => string) =>
  Array.from({ length: text.length }, (_, i) => form(text.charCodeAt(i))).join('');
const folded =
  (width: number, end: string): Form =>
  (text) =>
    text.replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${end}`);
const quotedPrintable: Form = (text) =>
  bytes(text)
    .map((byte) => `=${hex(byte).toUpperCase()}`)
    .join('');
/** Bytes that a runner reads as UTF-8. */
const misread = (text: string, encoding: 'utf16le' | 'latin1', swapped = false) => {
  const encoded = Buffer.from(text, encoding);
  return (swapped ? encoded.swap16() : encoded).toString();
};
const inIso88591 = (text: string) => !/[^\0-\u00ff]/.test(text);

/** The forms in which a secret comes back, each as the text that a runner reads. Empty where a form does not suit the secret. */
export const FORMS: Record<string, Form> = {
  'as it is': (text) => text,
  'with CR LF': (text) => text.replace(/\r?\n/g, '\r\n'),
  'with LF': (text) => text.replace(/\r\n/g, '\n'),
  'with CR': (text) => text.replace(/\r?\n/g, '\r'),
  'its longest line': (text) => text.split(/\r?\n/).reduce((a, b) => (b.length > a.length ? b : a)),
  JSON: json,
  'JSON twice': times(json, 2),
  'JSON three times': times(json, 3),
  'JSON of CR LF': (text) => json(text.replace(/\r?\n/g, '\r\n')),
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': times(encodeURIComponent, 2),
  'percent-encoded three times': times(encodeURIComponent, 3),
  'every byte percent-encoded': (text) =>
    bytes(text)
      .map((byte) => `%${hex(byte)}`)
      .join(''),
  form: (text) => new URLSearchParams({ a: text }).toString().slice(2),
  'JSON of percent-encoding': (text) => json(encodeURIComponent(text)),
  'percent-encoded JSON': (text) => encodeURIComponent(json(text)),
  '\\xHH of bytes': (text) =>
    bytes(text)
      .map((byte) => `\\x${hex(byte)}`)
      .join(''),
  '\\xHH in JSON': (text) =>
    bytes(text)
      .map((byte) => `\\\\x${hex(byte)}`)
      .join(''),
  '\\uHHHH': (text) => units(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`),
  '\\u{H}': (text) => [...text].map((char) => `\\u{${char.codePointAt(0)!.toString(16)}}`).join(''),
  octal: (text) =>
    bytes(text)
      .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
      .join(''),
  'HTML in decimal': (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join(''),
  'HTML in hexadecimal': (text) => [...text].map((char) => `&#x${char.codePointAt(0)!.toString(16)};`).join(''),
  'HTML twice': (text) => text.replace(/[&<>"']/g, (c) => `&amp;#${c.charCodeAt(0)};`),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in upper case with colons': (text) =>
    bytes(text)
      .map((byte) => hex(byte).toUpperCase())
      .join(':'),
  'hex with 0x': (text) =>
    bytes(text)
      .map((byte) => `0x${hex(byte)}`)
      .join(', '),
  'hex of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('hex'),
  base64,
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 after one byte': (text) => base64(`a${text}yz`),
  'base64 after two bytes': (text) => base64(`ab${text}z`),
  'base64 after three bytes': (text) => base64(`abc${text}xyz`),
  'base64 within letters': (text) => `Zm${base64(text).replaceAll('=', '')}Q`,
  'base64 in lines': (text) => folded(16, '\r\n')(base64(text)),
  'base64 in lines in JSON': (text) => json(folded(16, '\n')(base64(text))),
  'base64 percent-encoded': (text) => encodeURIComponent(base64(text)),
  'base64 of JSON': (text) => base64(JSON.stringify(text)),
  'base64 of base64': times(base64, 2),
  'base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  'quoted-printable': quotedPrintable,
  'quoted-printable in lines': (text) => folded(15, '=\r\n')(quotedPrintable(text)),
  'UTF-16, little endian': (text) => (inIso88591(text) ? misread(text, 'utf16le') : ''),
  'UTF-16, big endian': (text) => (inIso88591(text) ? misread(text, 'utf16le', true) : ''),
  'ISO 8859-1': (text) => (inIso88591(text) ? misread(text, 'latin1') : ''),
  'the numbers of bytes': (text) => JSON.stringify(bytes(text)),
  'its beginning': (text) => (text.length < 16 ? '' : text.slice(0, Math.max(16, text.length / 2))),
  'its beginning in base64': (text) => (text.length < 24 ? '' : base64(text.slice(0, 20)).replaceAll('=', '')),
  'single quotes doubled': (text) => text.replaceAll("'", "''"),
};

/** The pieces of a form of which none may be left: enough to guess the secret by, and no more. */
export function piecesOf(form: string, length = 8): string[] {
  return Array.from({ length: Math.max(1, form.length - length + 1) }, (_, i) => form.slice(i, i + length));
}
