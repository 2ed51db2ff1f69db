import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadCache } from '../../../../../runner/transport/head-cache.ts';
import { type CachedHead, ResponseParser } from '../../../../../runner/transport/http1/response-parser.ts';
import { exchangeOf } from '../../../../support/parsers/exchange.ts';
import { Lean } from '../../../../support/parsers/lean.ts';

type Parsed = { status?: number; body: string; end?: 'reusable' | 'last'; idleLimit?: number; malformed?: string };

type Options = { method?: string; cuts?: number[]; closes?: boolean };

/** A connection that passes successive responses to one parser, each in pieces that end at `cuts`; with `closes`, the connection then ends. */
function connection(cache = new HeadCache<CachedHead>()): (text: string, options?: Options) => Parsed {
  let parsed: Parsed = { body: '' };
  let ends = 0;
  const parser = new ResponseParser(
    {
      head: (status) => {
        parsed.status = status;
      },
      data: (chunk) => {
        assert.equal(ends, 0, 'data after the end');
        parsed.body += chunk.toString('latin1');
      },
      end: (reusable, idleLimit) => {
        ends++;
        parsed.end = reusable ? 'reusable' : 'last';
        if (idleLimit !== undefined) parsed.idleLimit = idleLimit;
      },
      malformed: (reason) => {
        ends++;
        parsed.malformed = reason;
      },
    },
    cache,
  );
  return (text, { method = 'GET', cuts = [], closes = false } = {}) => {
    parsed = { body: '' };
    ends = 0;
    parser.begin(method);
    const bytes = Buffer.from(text, 'latin1');
    let from = 0;
    for (const to of [...cuts, bytes.length]) {
      if (ends === 0 && to > from) parser.execute(bytes.subarray(from, to), to - from);
      from = to;
    }
    if (closes && ends === 0) parser.finish();
    parser.reset();
    assert.ok(ends <= 1, 'a response ends once');
    return parsed;
  };
}

/** Parses the first response of a connection. */
const parse = (text: string, options?: Options) => connection()(text, options);

const head = (...lines: string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`;

const GOOD: [what: string, text: string, expected: Parsed, options?: { method?: string; closes?: boolean }][] = [
  ['a length', `${head('Content-Length: 5')}hello`, { status: 200, body: 'hello', end: 'reusable' }],
  ['no body', head('content-length: 0'), { status: 200, body: '', end: 'reusable' }],
  ['spaces around a value', `${head('content-length: \t2 \t')}ok`, { status: 200, body: 'ok', end: 'reusable' }],
  ['a folded line', `${head('x: a', ' b', 'content-length: 2')}ok`, { status: 200, body: 'ok', end: 'reusable' }],
  ['a folded length', `${head('Content-Length:', '\t 2', 'x: y')}ok`, { status: 200, body: 'ok', end: 'reusable' }],
  [
    'a folded connection option',
    `${head('content-length: 2', 'connection: keep-alive,', '  close')}ok`,
    { status: 200, body: 'ok', end: 'last' },
  ],
  [
    'a folded trailer',
    `${head('transfer-encoding: chunked')}2\r\nok\r\n0\r\nx: a\r\n b\r\n\r\n`,
    { status: 200, body: 'ok', end: 'reusable' },
  ],
  [
    'a length twice',
    `${head('content-length: 2', 'content-length: 2')}ok`,
    { status: 200, body: 'ok', end: 'reusable' },
  ],
  ['a list of equal lengths', `${head('content-length: 2 , 2')}ok`, { status: 200, body: 'ok', end: 'reusable' }],
  [
    'whitespace around chunk extensions',
    `${head('transfer-encoding: chunked')}2 \t; x = y\r\nok\r\n3  \r\nyes\r\n0 \r\n\r\n`,
    { status: 200, body: 'okyes', end: 'reusable' },
  ],
  [
    'empty elements beside chunked',
    `${head('transfer-encoding: , chunked ,')}2\r\nok\r\n0\r\n\r\n`,
    { status: 200, body: 'ok', end: 'reusable' },
  ],
  [
    'chunk sizes with zeros in front',
    `${head('transfer-encoding: chunked')}${'0'.repeat(30)}2\r\nok\r\n${'0'.repeat(30)}\r\n\r\n`,
    { status: 200, body: 'ok', end: 'reusable' },
  ],
  [
    'a length with zeros in front',
    `${head(`content-length: ${'0'.repeat(30)}2`)}ok`,
    { status: 200, body: 'ok', end: 'reusable' },
  ],
  ['no reason', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', { status: 200, body: '', end: 'reusable' }],
  ['an empty reason', 'HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n', { status: 200, body: '', end: 'reusable' }],
  [
    'chunks',
    `${head('Transfer-Encoding: chunked')}5\r\nhello\r\nA;x=y\r\n, world!!!\r\n0\r\n\r\n`,
    { status: 200, body: 'hello, world!!!', end: 'reusable' },
  ],
  [
    'trailers',
    `${head('transfer-encoding: Chunked')}1\r\nx\r\n0\r\nX-Sum: 1\r\ncontent-length: 7\r\n\r\n`,
    { status: 200, body: 'x', end: 'reusable' },
  ],
  ['connection: close', `${head('content-length: 1', 'Connection: Close')}x`, { status: 200, body: 'x', end: 'last' }],
  [
    'close among other options',
    `${head('content-length: 1', 'connection: upgrade, close')}x`,
    { status: 200, body: 'x', end: 'last' },
  ],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nx', { status: 200, body: 'x', end: 'last' }],
  [
    'HTTP/1.0 with keep-alive',
    'HTTP/1.0 200 OK\r\ncontent-length: 1\r\nconnection: keep-alive\r\n\r\nx',
    { status: 200, body: 'x', end: 'reusable' },
  ],
  [
    'a keep-alive timeout of some seconds, which permits reuse until a second before',
    `${head('content-length: 1', 'Keep-Alive: timeout=5, max=100')}x`,
    { status: 200, body: 'x', end: 'reusable', idleLimit: 4e6 },
  ],
  [
    'a keep-alive timeout of a second, which permits reuse for half of it',
    `${head('content-length: 1', 'keep-alive: max=100, timeout=1')}x`,
    { status: 200, body: 'x', end: 'reusable', idleLimit: 5e5 },
  ],
  [
    'a keep-alive timeout of 0',
    `${head('content-length: 1', 'keep-alive: timeout=0')}x`,
    { status: 200, body: 'x', end: 'reusable', idleLimit: 0 },
  ],
  [
    'a keep-alive header without a timeout',
    `${head('content-length: 1', 'keep-alive: max=100', 'kept: timeout=5')}x`,
    { status: 200, body: 'x', end: 'reusable' },
  ],
  ['a body until the close', `${head()}all of it`, { status: 200, body: 'all of it', end: 'last' }, { closes: true }],
  ['a response to HEAD', head('content-length: 500'), { status: 200, body: '', end: 'reusable' }, { method: 'HEAD' }],
  [
    '204 with a length',
    'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n',
    { status: 204, body: '', end: 'reusable' },
  ],
  [
    '304 with a length',
    'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n',
    { status: 304, body: '', end: 'reusable' },
  ],
  [
    'informational responses',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${head('content-length: 0')}`,
    { status: 200, body: '', end: 'reusable' },
  ],
  [
    'header names similar to content-length',
    `${head('content-lengthy: 9', 'x-content-length: 9', 'content-length: 1')}x`,
    { status: 200, body: 'x', end: 'reusable' },
  ],
];

for (const [what, text, expected, options] of GOOD) {
  test(`the parser accepts a response with ${what}`, () => assert.deepEqual(parse(text, options), expected));
  test(`the parser accepts a response with ${what}, cut at every byte`, () => {
    for (let cut = 0; cut <= text.length; cut++) assert.deepEqual(parse(text, { ...options, cuts: [cut] }), expected);
    const everywhere = Array.from(text, (_, i) => i);
    assert.deepEqual(parse(text, { ...options, cuts: everywhere }), expected);
  });
}

const BAD: [what: string, text: string, reason: RegExp][] = [
  ['another protocol', 'SSH-2.0-OpenSSH_9\r\n', /status line/],
  ['HTTP/2 in the status line', 'HTTP/2.0 200 OK\r\n\r\n', /status line/],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', /status line/],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', /status line/],
  ['a bare line feed', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n', /control character/],
  ['a bare carriage return', 'HTTP/1.1 200 OK\rcontent-length: 0\r\n\r\n', /without a line feed/],
  ['whitespace before the first header', head(' x: a', 'content-length: 0'), /invalid character/],
  ['a length that a fold divides', head('content-length: 1', ' 2'), /not a number/],
  ['a space before the colon', head('content-length : 5'), /invalid character/],
  ['a control character in a value', head('x: \x00'), /control character/],
  ['two lengths', head('content-length: 5', 'content-length: 6'), /two content-lengths/],
  ['a list of different lengths', head('content-length: 5, 6'), /two content-lengths/],
  ['a list with an empty length', head('content-length: 5,'), /not a number/],
  ['an endless list of lengths', head(`content-length: ${'5, '.repeat(40)}5`), /not a number/],
  ['a negative length', head('content-length: -5'), /not a number/],
  ['a length with a sign', head('content-length: +5'), /not a number/],
  ['an empty length', head('content-length:'), /not a number/],
  ['a length of 30 digits', head(`content-length: ${'9'.repeat(30)}`), /not a number/],
  ['both a length and chunks', head('content-length: 5', 'transfer-encoding: chunked'), /both/],
  ['chunks twice', head('transfer-encoding: chunked', 'transfer-encoding: chunked'), /other than chunked/],
  ['another coding', head('transfer-encoding: gzip, chunked'), /other than chunked/],
  ['chunked twice in a list', head('transfer-encoding: chunked,, chunked'), /other than chunked/],
  ['an empty transfer encoding', head('transfer-encoding: ,'), /other than chunked/],
  ['a chunk size of endless zeros', head('transfer-encoding: chunked') + '0'.repeat(70_000), /chunk size/],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', /in HTTP\/1.0/],
  ['a chunk size that is not a number', `${head('transfer-encoding: chunked')}zz\r\n`, /chunk size/],
  ['two chunk sizes', `${head('transfer-encoding: chunked')}2 2\r\n`, /chunk size/],
  ['endless spaces behind a chunk size', `${head('transfer-encoding: chunked')}2${' '.repeat(70_000)}`, /64 KiB/],
  ['a chunk without a size', `${head('transfer-encoding: chunked')}\r\n`, /chunk size/],
  ['a chunk size of 17 digits', `${head('transfer-encoding: chunked')}${'f'.repeat(17)}\r\n`, /chunk size/],
  [
    'a chunk that is longer than its size',
    `${head('transfer-encoding: chunked')}2\r\nokay\r\n`,
    /longer than its size/,
  ],
  ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n', /upgrade/],
  ['trailing bytes', `${head('content-length: 2')}ok, and more`, /trailing bytes/],
  ['a second response', head('content-length: 0').repeat(2), /trailing bytes/],
  ['endless headers', head(...Array.from({ length: 3000 }, (_, i) => `x-${i}: ${'y'.repeat(30)}`)), /64 KiB/],
  ['endless informational responses', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(4000), /64 KiB/],
];
for (const [what, text, reason] of BAD) {
  test(`the parser refuses ${what}, cut at any byte`, () => {
    assert.match(parse(text).malformed ?? '', reason);
    // Trailing bytes count in the same read only: in a later one they are an unsolicited response.
    if (!reason.test('trailing bytes')) {
      for (let cut = 0; cut < Math.min(text.length, 200); cut++)
        assert.match(parse(text, { cuts: [cut] }).malformed ?? '', reason);
    }
  });
}

test('the parser names HTTP/2 where the server begins with its settings', () => {
  const settings = (type: number) => `\0\0\x06${String.fromCharCode(type)}\0\0\0\0\0\0\x03\0\0\0\x64`;
  assert.match(parse(settings(4)).malformed ?? '', /^a frame of HTTP\/2, .*target.http.version: HTTP2$/);
  assert.match(parse(settings(4), { cuts: [5] }).malformed ?? '', /status line/);
  assert.match(parse(settings(7)).malformed ?? '', /status line/);
});

test('the parser reads a cached head like the first time, and does not confuse heads with the same start', () => {
  const cache = new HeadCache<CachedHead>();
  const both = [connection(cache), connection(cache)] as const;
  const date = 'date: Fri, 27 Nov 2026 22:00:00 GMT';
  const two = head(date, 'content-length: 2');
  const chunked = head(date, 'transfer-encoding: chunked');
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n';
  const texts: [string, Options?][] = [
    [`${two}ok`],
    [`${two}ok`],
    [`${two}o`],
    [`${two}okk`],
    [two, { method: 'HEAD' }],
    [`${two}ok`, { cuts: [20, two.length, two.length + 1] }],
    [`${two.replace('200 OK', '200 Ok')}ok`],
    [`${two.replace('2\r\n\r\n', '20\r\n\r\n')}twenty letters, twenty`],
    [`${two.replace('2\r\n\r\n', '20\r\n\r\n')}just twenty letters!`],
    [`${two}ok`],
    [`${head(date, 'content-length: 2', 'connection: close')}ok`],
    [`${two}ok`],
    [`${head(date, 'content-length: 2', 'keep-alive: timeout=5')}ok`],
    [`${head(date, 'content-length: 2', 'keep-alive: timeout=5')}ok`],
    [`${two}ok`],
    [`${chunked}2\r\nok\r\n0\r\ncontent-length: 7\r\nconnection: close\r\n\r\n`],
    [`${chunked}3\r\nyes\r\n0\r\n\r\n`],
    [`${early}${two}ok`],
    [`${two}ok`],
    [`${early}${two}ok`],
    [two.replace('200 OK', '304 Not Modified')],
    [two.replace('200 OK', '304 Not Modified')],
    [head(date, 'content-length: 2', 'transfer-encoding: chunked')],
    [head(date, 'content-length: 2', 'transfer-encoding: chunked')],
    [head(`x: ${'y'.repeat(600)}`, 'content-length: 0')],
    [head(`x: ${'y'.repeat(600)}`, 'content-length: 0')],
    [`${head(date)}to the end`, { closes: true }],
    [`${head(date)}to the end`, { closes: true }],
  ];
  for (const [i, [text, options]] of [...texts, ...texts.toReversed()].entries())
    assert.deepEqual(both[i % 2]!(text, options), parse(text, options), text);
});

/** The collected headers of a response in two reads, the first up to `cut`. */
function gathered(lines: string[], cut?: number): Record<string, unknown> {
  const exchange = exchangeOf(head(...lines, 'content-length: 0'), { gathers: true });
  return JSON.parse(new Lean().read(exchange, cut).headers);
}

test('the parser collects headers with lower-case names and values without surrounding whitespace', () => {
  const long = 'n'.repeat(256);
  const lines = [
    "X!#$%&'*+-.^_`|~Z0: signs",
    `${long}: 256`,
    `${long}N: 257`,
    `${long}n: again`,
    'x: \t  a \u00a0b\u00a0 \t',
    'nothing:',
    'blanks: \t ',
    '__proto__: p',
    'Content-Type: text/plain',
  ];
  const expected = {
    "x!#$%&'*+-.^_`|~z0": ['signs'],
    [long]: ['256'],
    [`${long}n`]: ['257', 'again'],
    x: ['a \u00a0b\u00a0'],
    nothing: [''],
    blanks: [''],
    ['__proto__']: ['p'],
    'content-type': ['text/plain'],
    'content-length': ['0'],
  };
  assert.deepEqual(gathered(lines), expected);
  for (let cut = 0; cut < 900; cut++) assert.deepEqual(gathered(lines, cut), expected);
});

test('the parser accepts an extension of up to 64 KiB for each chunk, and refuses a longer one', () => {
  const chunks = (extension: number, count: number) =>
    `${head('transfer-encoding: chunked')}${`2;${'x'.repeat(extension)}\r\nok\r\n`.repeat(count)}0\r\n\r\n`;
  const expected: Parsed = { status: 200, body: 'ok'.repeat(1000), end: 'reusable' };
  assert.deepEqual(parse(chunks(86, 1000)), expected);
  assert.deepEqual(parse(chunks(86, 1000), { cuts: [50_000, 50_050, 50_100] }), expected);
  assert.deepEqual(parse(chunks(65_000, 3)), { ...expected, body: 'okokok' });
  assert.match(parse(chunks(65_537, 1)).malformed ?? '', /64 KiB/);
});

test('the parser refuses an endless header line before it fills the memory', () => {
  const parser: { reasons: string[] } = { reasons: [] };
  const line = new ResponseParser({ head() {}, data() {}, end() {}, malformed: (r) => parser.reasons.push(r) });
  line.begin('GET');
  const chunk = Buffer.alloc(1024, 'a');
  line.execute(Buffer.from('HTTP/1.1 200 OK\r\nx:'), 19);
  let sent = 0;
  while (parser.reasons.length === 0 && sent < 1000) {
    line.execute(chunk, chunk.length);
    sent++;
  }
  assert.match(parser.reasons[0] ?? '', /64 KiB/);
  assert.ok(sent <= 65);
});

test('the limit of 64 KiB applies to the headers of one response, not to all of a connection', () => {
  const next = connection();
  for (let n = 0; n < 2000; n++) {
    const repeated = head(`x-padding: ${'x'.repeat(100)}`, 'content-length: 0');
    const text = n < 1000 ? repeated : repeated.replace('content', `x-number: ${n}\r\ncontent`);
    assert.deepEqual(next(text), { status: 200, body: '', end: 'reusable' });
  }
});
