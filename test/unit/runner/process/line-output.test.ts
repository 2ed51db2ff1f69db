import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { test } from 'node:test';
import { lineByLine } from '../../../../runner/process/line-output.ts';

const LONG = 'x'.repeat(16 * 1024);
const rows: [what: string, chunks: (string | Buffer)[], lines: string[]][] = [
  ['lines', ['a\nb\n'], ['a', 'b']],
  ['a line in two pieces', ['a', 'b\n'], ['ab']],
  ['a character in two pieces', [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], ['ä']],
  ['Windows line ends', ['a\r\nb'], ['a', 'b']],
  ['empty lines', ['\n\n'], ['', '']],
  ['a last line without an end', ['a\nb'], ['a', 'b']],
  ['an endless line', [`${LONG}${LONG}y`], [LONG, LONG, 'y']],
];
for (const [what, chunks, expected] of rows)
  test(`the output of a thread is split into lines: ${what}`, async () => {
    const lines: string[] = [];
    const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
    lineByLine(stream, (line) => lines.push(line));
    await finished(stream);
    assert.deepEqual(lines, expected);
  });
