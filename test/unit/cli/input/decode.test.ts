import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeText } from '../../../../cli/input/decode.ts';

const utf16 = (text: string, swap = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return swap ? bytes.swap16() : bytes;
};

describe('the bytes of a file', () => {
  const texts: [what: string, bytes: Buffer, text: string][] = [
    ['in UTF-8', Buffer.from('grüße: 💥'), 'grüße: 💥'],
    ['in UTF-8 with a byte order mark', Buffer.from('\ufeffa: ü'), 'a: ü'],
    ['in UTF-16, as PowerShell writes it', utf16('a: ü💥\r\n'), 'a: ü💥\r\n'],
    ['in UTF-16 with the high byte first', utf16('a: ü💥', true), 'a: ü💥'],
    ['of which there are none', Buffer.alloc(0), ''],
  ];
  for (const [what, bytes, text] of texts) it(`${what} are text`, () => assert.deepEqual(decodeText(bytes), { text }));

  const faults: [what: string, bytes: Buffer, position: string, problem: RegExp][] = [
    ['in Windows-1252', Buffer.from('a: 1\nb: grüße\n', 'latin1'), '2:6', /^the byte 0xfc is not UTF-8: save/],
    [
      'with an Ã before the end of a line',
      Buffer.from('a: xÃ\nb: 1\n', 'latin1'),
      '1:5',
      /^the byte 0xc3 is not UTF-8/,
    ],
    ['with three of four bytes', Buffer.from([0x61, 0xf0, 0x9f, 0x92, 0x20]), '1:2', /^the byte 0xf0 is not UTF-8/],
    ['with a character that is cut off', Buffer.from('a: ü').subarray(0, 4), '1:4', /^the byte 0xc3 is not UTF-8/],
    [
      'with half of a UTF-16 character',
      utf16('a').subarray(0, 3),
      '1:1',
      /^the file is not utf-16le, as its first bytes say/,
    ],
  ];
  for (const [what, bytes, position, problem] of faults)
    it(`${what} are a problem with line and column`, () => {
      const decoded = decodeText(bytes);
      assert.ok('problem' in decoded);
      assert.equal(decoded.position, position);
      assert.match(decoded.problem, problem);
    });
});
