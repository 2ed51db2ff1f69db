import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Field } from '../../../../../runner/transport/http2/field.ts';
import { HpackDecoder } from '../../../../../runner/transport/http2/hpack/decoder.ts';
import { huffmanDecode, huffmanEncode, huffmanLength } from '../../../../../runner/transport/http2/hpack/huffman.ts';
import { maxFieldBytes, writeField } from '../../../../../runner/transport/http2/hpack/literals.ts';
import { STATIC_FIELDS } from '../../../../../runner/transport/http2/hpack/static-table.ts';

/** The fields of a block as lines, or the problem. */
function decode(decoder: HpackDecoder, hex: string): string[] | string {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const lines: string[] = [];
  const problem = decoder.decode(bytes, 0, bytes.length, {
    field: ({ name, value }: Field) => lines.push(`${name}: ${value}`),
  });
  return problem === '' ? lines : problem;
}

const REQUESTS = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
];
const DATES = ['Mon, 21 Oct 2013 20:13:21 GMT', 'Mon, 21 Oct 2013 20:13:22 GMT'];
const responseOf = (status: number, date: string, ...more: string[]) => [
  `:status: ${status}`,
  'cache-control: private',
  `date: ${date}`,
  'location: https://www.example.com',
  ...more,
];
const RESPONSES = [
  responseOf(302, DATES[0]!),
  responseOf(307, DATES[0]!),
  responseOf(
    200,
    DATES[1]!,
    'content-encoding: gzip',
    'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
  ),
];
/** A table of 256 bytes, as the responses of the appendix have. */
const TABLE_OF_256 = '3fe101';

/** RFC 7541, appendix C: blocks that follow each other on one connection. */
const VECTORS: [section: string, blocks: string[], fields: string[][]][] = [
  [
    'C.2.1, a literal with indexing',
    ['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572'],
    [['custom-key: custom-header']],
  ],
  ['C.2.2, a literal without indexing', ['040c 2f73 616d 706c 652f 7061 7468'], [[':path: /sample/path']]],
  ['C.2.3, a literal never indexed', ['1008 7061 7373 776f 7264 0673 6563 7265 74'], [['password: secret']]],
  ['C.2.4, an indexed field', ['82'], [[':method: GET']]],
  [
    'C.3, requests without Huffman coding',
    [
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ],
    REQUESTS,
  ],
  [
    'C.4, requests with Huffman coding',
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ],
    REQUESTS,
  ],
  [
    'C.5, responses without Huffman coding',
    [
      `${TABLE_OF_256} 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133
       3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`.replace(/\s/g, ''),
      '4803 3330 37c1 c0bf',
      `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f
       6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b
       2076 6572 7369 6f6e 3d31`.replace(/\s/g, ''),
    ],
    RESPONSES,
  ],
  [
    'C.6, responses with Huffman coding',
    [
      `${TABLE_OF_256} 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d
       29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`.replace(/\s/g, ''),
      '4883 640e ffc1 c0bf',
      `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335
       dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`.replace(/\s/g, ''),
    ],
    RESPONSES,
  ],
];
for (const [section, blocks, fields] of VECTORS) {
  test(`the vectors of RFC 7541, ${section}`, () => {
    const decoder = new HpackDecoder();
    assert.deepEqual(
      blocks.map((block) => decode(decoder, block)),
      fields,
    );
  });
}

describe('integers (RFC 7541, C.1)', () => {
  const rows: [what: string, block: string, fields: string[] | string][] = [
    ['10 under a prefix of 5 bits changes the table size', '2a', []],
    ['1337 under a prefix of 5 bits changes the table size', '3f9a0a', []],
    ['4096 is the largest table size', '3fe11f', []],
    ['4097 is too large', '3fe21f', 'a table size of 4097'],
    ['zeros beyond the value are allowed', '3f808000 82', [':method: GET']],
    ['2^32 is too large', '3fe1ffffff0f', 'an integer that is too large'],
    ['an integer without an end is too large', 'ffffffffffffffffffff', 'an integer that is too large'],
    ['an integer that is cut off', 'ff80', 'a block that ends within an integer'],
  ];
  for (const [what, block, fields] of rows)
    test(what, () => assert.deepEqual(decode(new HpackDecoder(), block), fields));
});

describe('blocks that a decoder must reject', () => {
  const rows: [what: string, block: string, problem: string][] = [
    ['index 0', '80', 'no field has the index 0'],
    ['an index beyond the tables', 'be', 'no field has the index 62'],
    ['the index of a name beyond the tables', '7e 0161', 'no field has the index 62'],
    ['a change of the table size after a field', '82 20', 'a change of the table size after a field'],
    ['a literal without a name', '40', 'a block that ends before a string'],
    ['a literal without a value', '40 0161', 'a block that ends before a string'],
    ['a name that is cut off', '40 0261', 'a block that ends within a string'],
    ['a value that is cut off', '40 0161 0561', 'a block that ends within a string'],
    ['padding of more than seven bits', '0f 0d 82 1fff', 'an invalid Huffman code'],
    ['padding of zeros', '0f 0d 81 18', 'an invalid Huffman code'],
    ['the code of the end of a string', '0f 0d 84 ffffffff', 'an invalid Huffman code'],
  ];
  for (const [what, block, problem] of rows) test(what, () => assert.equal(decode(new HpackDecoder(), block), problem));
});

describe('the dynamic table', () => {
  const a = '40 0161 0141'; // a: A, of 34 bytes
  const b = '40 0162 0142';
  test('the newest field has the lowest index', () => {
    assert.deepEqual(decode(new HpackDecoder(), `${a} ${b} be bf`), ['a: A', 'b: B', 'b: B', 'a: A']);
  });
  test('a field that does not fit evicts the oldest', () => {
    assert.deepEqual(decode(new HpackDecoder(), `3f25 ${a} ${b} be bf`), ['a: A', 'b: B', 'b: B', 'a: A']); // 68 bytes
    assert.deepEqual(decode(new HpackDecoder(), `3f24 ${a} ${b} be`), ['a: A', 'b: B', 'b: B']);
    assert.equal(decode(new HpackDecoder(), `3f24 ${a} ${b} bf`), 'no field has the index 63');
  });
  test('a field that is larger than the table empties it', () => {
    const long = `40 0163 40 ${'43'.repeat(64)}`;
    assert.equal(decode(new HpackDecoder(), `3f24 ${a} ${long} be`), 'no field has the index 62');
  });
  test('a name may be that of a field which it evicts', () => {
    assert.deepEqual(decode(new HpackDecoder(), `3f03 ${a} 7e 0142 be`), ['a: A', 'a: B', 'a: B']);
  });
  test('a table of size 0 holds nothing, and a larger one does again', () => {
    const decoder = new HpackDecoder();
    assert.deepEqual(decode(decoder, a), ['a: A']);
    assert.equal(decode(decoder, '20 be'), 'no field has the index 62');
    assert.deepEqual(decode(decoder, `3fe11f ${b} be`), ['b: B', 'b: B']);
  });
  test('hundreds of fields keep their order', () => {
    const decoder = new HpackDecoder();
    const blocks = Array.from({ length: 500 }, (_, i) => `40 0161 03 ${Buffer.from(String(100 + i)).toString('hex')}`);
    for (const block of blocks) decode(decoder, block);
    // 4,096 bytes hold 113 fields of 36.
    assert.deepEqual(decode(decoder, 'be bf ff2f'), ['a: 599', 'a: 598', 'a: 487']);
    assert.equal(decode(decoder, 'ff30'), 'no field has the index 175');
  });
});

test('Huffman codes of all bytes decode to themselves, alone and in sequence', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  for (const text of [bytes.toString('latin1'), ...[...bytes].map((byte) => String.fromCharCode(byte))]) {
    const coded = Buffer.alloc(1024);
    const length = huffmanEncode(text, coded, 0);
    assert.equal(length, huffmanLength(text));
    const decoded = Buffer.alloc(1024);
    assert.equal(decoded.toString('latin1', 0, huffmanDecode(coded, 0, length, decoded)), text);
  }
});

test('each field of the static table is written as its index, and any other one is read as it was written', () => {
  const buffer = Buffer.alloc(70_000);
  const lines = (length: number) => decode(new HpackDecoder(), buffer.toString('hex', 0, length));
  for (const [i, { name, value }] of STATIC_FIELDS.entries()) {
    assert.deepEqual([writeField(name, value, buffer, 0), buffer[0]], [1, 0x80 | (i + 1)]);
  }
  for (const [name, value] of [
    [':path', '/a?b=c'],
    ['x-a', ''],
    ['accept', '*/*'],
    ['user-agent', 'loadtest-operator'],
    ['x-\xff', '\x7f\xe9\xff'],
    ['x'.repeat(127), 'y'.repeat(300)],
    ['cookie', '\\'.repeat(60_000)], // a code of 19 bits
  ] as const) {
    const length = writeField(name, value, buffer, 0);
    assert.ok(length <= maxFieldBytes(name, value), `${length} bytes for ${name}`);
    assert.deepEqual(lines(length), [`${name}: ${value}`]);
  }
});
