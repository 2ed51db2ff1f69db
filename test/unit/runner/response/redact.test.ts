import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { NO_DATA } from '../../../../model/request/data.ts';
import { redactor } from '../../../../runner/response/redact.ts';

/** A redactor with one secret. */
function redactorOf(secret: string) {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://t' },
    requests: [{ name: 'r', headers: [{ name: 'k', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }],
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  });
  return redactor(spec, new Map([['Secret/s/k', Buffer.from(secret)]]), NO_DATA);
}

/** Encodings of the secret by real servers, as literals, so that they do not depend on the implementation. */
const SECRET = `a<b>&c/d"e'f \\é`;
const SENT: [by: string, text: string][] = [
  ['no encoder', String.raw`a<b>&c/d"e'f \é`],
  ['JSON.stringify', String.raw`a<b>&c/d\"e'f \\é`],
  ["Go's encoding/json", String.raw`a\u003cb\u003e\u0026c/d\"e'f \\é`],
  ["PHP's json_encode", String.raw`a<b>&c\/d\"e'f \\\u00e9`],
  [
    "PHP's json_encode with JSON_HEX_TAG, _AMP, _APOS and _QUOT",
    String.raw`a\u003Cb\u003E\u0026c\/d\u0022e\u0027f \\\u00e9`,
  ],
  ["Python's json.dumps", String.raw`a<b>&c/d\"e'f \\\u00e9`],
  ['Gson', String.raw`a\u003cb\u003e\u0026c/d\"e\u0027f \\é`],
  ['JSON within a JSON string', String.raw`a<b>&c/d\\\"e'f \\\\é`],
  ["Go's JSON within a JSON string", String.raw`a\\u003cb\\u003e\\u0026c/d\\\"e'f \\\\é`],
  ['encodeURIComponent', `a%3Cb%3E%26c%2Fd%22e'f%20%5C%C3%A9`],
  ['URLSearchParams', `a%3Cb%3E%26c%2Fd%22e%27f+%5C%C3%A9`],
  ["C#'s HttpUtility.UrlEncode, in lower case", `a%3cb%3e%26c%2fd%22e%27f+%5c%c3%a9`],
  ["Go's html.EscapeString", String.raw`a&lt;b&gt;&amp;c/d&#34;e&#39;f \é`],
  ["PHP's htmlspecialchars", String.raw`a&lt;b&gt;&amp;c/d&quot;e&#039;f \é`],
  ["Python's html.escape", String.raw`a&lt;b&gt;&amp;c/d&quot;e&#x27;f \é`],
  ["Express' escape-html", String.raw`a&lt;b&gt;&amp;c/d&quot;e&#39;f \é`],
  ['mustache.js', String.raw`a&lt;b&gt;&amp;c&#x2F;d&quot;e&#39;f \é`],
  ['XML', String.raw`a&lt;b&gt;&amp;c/d&quot;e&apos;f \é`],
  ['JSON within HTML', String.raw`a&lt;b&gt;&amp;c/d\&quot;e'f \\é`],
  ['base64', 'YTxiPiZjL2QiZSdmIFzDqQ=='],
  ['base64 without padding', 'YTxiPiZjL2QiZSdmIFzDqQ'],
  ['a raw header that is decoded as UTF-8', `a<b>&c/d"e'f \\\ufffd`],
];
for (const [by, text] of SENT) {
  test(`a secret is redacted as encoded by ${by}`, () => {
    assert.equal(redactorOf(SECRET)(`{"error":"${text} is wrong, ${text}"}`), '{"error":"*** is wrong, ***"}');
  });
}

test('a secret is redacted in base64url, and in base64 within a query or the JSON of PHP', () => {
  const redact = redactorOf('\u00fb\u00ff?>~\u00ff'); // w7vDvz8-fsO_
  for (const text of [
    'w7vDvz8+fsO/',
    'w7vDvz8-fsO_',
    String.raw`w7vDvz8+fsO\/`,
    'w7vDvz8%2BfsO%2F',
    'w7vDvz8%2bfsO%2f',
  ])
    assert.equal(redact(`x${text}y`), 'x***y', text);
});

test('a secret that itself looks encoded is redacted, and similar text is not', () => {
  assert.equal(redactorOf('a&amp;b%25')('a&amp;b%25 a&amp;amp;b%2525'), '*** ***');
  assert.equal(redactorOf('a<b')('a<c b<a A<B a&ltb a\\u003db'), 'a<c b<a A<B a&ltb a\\u003db');
});

test('a secret of many kilobytes is redacted quickly', () => {
  const secret = 'line with "quotes" & <tags>\n'.repeat(2000);
  assert.equal(redactorOf(secret)(JSON.stringify({ secret })), '{"secret":"***"}');
});

test('binary metadata from a Secret is redacted as the server decodes it', () => {
  const metadata = [{ name: 'x-key-bin', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://t', http: { version: 'HTTP2' }, grpc: {} },
    requests: [{ name: 'r', grpc: { service: 'S', method: 'M', metadata } }],
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  });
  const [text, bytes] = ['clé secrète', Buffer.from('00ff10fe20fd30fc', 'hex')];
  const encoded = `${Buffer.from(text).toString('base64')},${bytes.toString('base64')}`;
  const redact = redactor(spec, new Map([['Secret/s/k', Buffer.from(`${encoded}\n`)]]), NO_DATA);
  for (const shown of [text, Buffer.from(text).toString('hex'), bytes.toString('hex')])
    assert.equal(redact(`key "${shown}" is wrong`), 'key "***" is wrong');
  assert.equal(redact(encoded.split(',')[0]!), '***');
});
