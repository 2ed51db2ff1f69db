import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsWithin } from '../../../../../runner/transport/http2/frames/frame.ts';
import { data, FLAG, frame, headers, TYPE, windowUpdate } from '../../../../support/target/http2/frames.ts';

const STREAM = 3;
const END = { end: true };
const body = data(STREAM, 'abc');
const last = data(STREAM, 'abc', END);
const trailers = headers(STREAM, { 'grpc-status': '0' }, END);
const cutTrailers = frame(TYPE.HEADERS, FLAG.END_STREAM, STREAM, Buffer.from('x'));

const ROWS: [after: string, frames: Buffer[], isWhole: boolean][] = [
  ['nothing', [], false],
  ['the last frame of the body', [last], true],
  ['an empty last frame', [body, data(STREAM, '', END)], true],
  ['the last frame, then one of another stream', [body, last, data(5, 'x')], true],
  ['trailers', [body, trailers], true],
  ['trailers without their continuation', [body, cutTrailers], false],
  ['a body without its last frame', [body, body], false],
  ['a last frame without its last byte', [body, last.subarray(0, -1)], false],
  ['a part of a header of a frame', [last.subarray(0, 8)], false],
  ['the last frame of another stream', [data(5, 'abc', END)], false],
  ['a frame of another stream before the last one', [data(5, 'abc'), last], false],
  ['a frame of the connection before the last one', [frame(TYPE.PING, 0, 0, Buffer.alloc(8)), last], false],
  ['a frame of the stream that is no part of the response', [windowUpdate(STREAM, 1), last], false],
];

for (const [after, frames, isWhole] of ROWS)
  test(`the rest of a response ${isWhole ? 'is' : 'is not'} there when ${after} follows the head`, () => {
    const before = headers(STREAM, { ':status': '200' });
    const bytes = Buffer.concat([before, ...frames]);
    assert.equal(endsWithin(bytes, before.length, bytes.length, STREAM), isWhole);
  });

test('bytes beyond those that were read are of an earlier read', () => {
  assert.equal(endsWithin(last, 0, last.length - 1, STREAM), false);
});
