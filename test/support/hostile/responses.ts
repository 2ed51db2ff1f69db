import { gzipSync } from 'node:zlib';
import { seededRandom } from '../../../model/common/random.ts';
import type { ResponseHeaders } from '../../../runner/transport/message.ts';
import { FORMS } from '../secrets/forms.ts';
import { SECRETS } from '../secrets/secrets.ts';

/** A response with the forms of secrets that were put into it, and the text that it was made of. */
export type HostileResponse = {
  status: number;
  headers: ResponseHeaders;
  body: Buffer;
  text: string;
  planted: { name: string; form: string }[];
};

/** What is around secrets: text, markup, escapes that begin and do not end, and what terminals and browsers obey. */
const JUNK = [
  ...[
    'the token is ',
    '{"error":"',
    '"}',
    '<b>',
    '</script><script>',
    '&amp;',
    '| `x` |',
    '=',
    ', ',
    ': ',
    ' ',
    'Zm9v',
    '4a',
    '12,',
  ],
  ...['%', '%4', '\\', '\\x', '\\u00', '&#x', '=\r\n', '\0', '+', '%25', '\\\\', '""', "''", 'é', '密', '\ud800'],
  ...[
    '\x1b[2J',
    '\x1b]8;;http://evil.test\x07',
    '\x9b31m',
    '\u202e',
    '\u2066',
    '\u2028',
    '\x7f',
    '\r',
    '\b\b',
    '\x1bP',
    '\u061c',
  ],
];

/** Random responses, the same ones for the same seed. */
export function hostileResponses(seed: number): () => HostileResponse {
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const junk = (most: number) => Array.from({ length: below(most) }, () => pick(JUNK)).join('');
  const names = Object.keys(FORMS);
  return () => {
    const planted: HostileResponse['planted'] = [];
    let text = junk(random() < 0.2 ? 150 : 6);
    for (let i = below(3); i >= 0; i--) {
      const name = pick(names);
      const form = FORMS[name]!(pick(SECRETS));
      planted.push({ name, form });
      text += `${form}${junk(6)}`;
    }
    const bytes = Buffer.from(text);
    const isCoded = random() < 0.1;
    return {
      status: 200 + below(400),
      headers: isCoded ? { 'content-encoding': 'gzip' } : {},
      body: isCoded ? gzipSync(bytes) : bytes,
      text,
      planted,
    };
  };
}
