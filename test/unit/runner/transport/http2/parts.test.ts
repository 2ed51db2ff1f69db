import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../../../../model/common/random.ts';
import { ClosedStreams } from '../../../../../runner/transport/http2/closed-streams.ts';
import { FrameReader } from '../../../../../runner/transport/http2/frames/frame-reader.ts';
import { IdleFrames } from '../../../../../runner/transport/http2/idle-frames.ts';
import { ReceiveWindow } from '../../../../../runner/transport/http2/receive-window.ts';
import { StreamTable } from '../../../../../runner/transport/http2/stream-table.ts';
import { data, frame, headers, settings, TYPE } from '../../../../support/target/http2/frames.ts';

/** What a reader makes of the bytes, in reads of these lengths. The payload of DATA is put together. */
function framesOf(bytes: Buffer, lengths: readonly number[]): string[] {
  const lines: string[] = [];
  let payload = '';
  const reader = new FrameReader({
    frame: (type, flags, stream, from, start, to) =>
      void lines.push(`${type} ${flags} ${stream} ${from.toString('hex', start, to)}`),
    dataBegins: (flags, stream, length) => {
      lines.push(`data ${flags} ${stream} ${length}`);
      payload = '';
    },
    data: (from, start, to) => {
      payload += from.toString('latin1', start, to);
    },
    dataEnds: () => void lines.push(payload),
    tooLong: (length) => void lines.push(`too long: ${length}`),
  });
  let at = 0;
  for (const length of lengths) {
    const read = Buffer.alloc(1024); // is used again after the read
    bytes.copy(read, 0, at, at + length);
    reader.read(read, length);
    read.fill(0xff);
    at += length;
  }
  return lines;
}

describe('a frame reader', () => {
  const bytes = Buffer.concat([
    settings(),
    headers(1, { ':status': '200' }),
    data(1, 'ok'),
    data(1, '', { end: true }),
    frame(TYPE.DATA, 8, 3, Buffer.from([1, 97, 0])), // padded
    frame(77, 255, 2 ** 32 - 1, Buffer.from([1])), // the reserved bit
  ]);
  const whole = framesOf(bytes, [bytes.length]);
  test('reads frames', () => {
    const status = Buffer.from('\0\x07:status\x03200').toString('hex');
    const padded = '0 8 3 016100';
    assert.deepEqual(whole, [
      ...['4 0 0 ', `1 4 1 ${status}`, 'data 0 1 2', 'ok', 'data 1 1 0', ''],
      ...[padded, `77 255 ${2 ** 31 - 1} 01`],
    ]);
  });
  test('reads the same frames in two reads, cut anywhere', () => {
    for (let at = 1; at < bytes.length; at++)
      assert.deepEqual(framesOf(bytes, [at, bytes.length - at]), whole, `at ${at}`);
  });
  test('reads the same frames in reads of one byte', () => {
    assert.deepEqual(framesOf(bytes, new Array(bytes.length).fill(1)), whole);
  });
});

test('a table of streams holds what a Map holds, whatever the order of additions and removals', () => {
  const random = seededRandom(5);
  const table = new StreamTable<{ id: number }>();
  const map = new Map<number, { id: number }>();
  let next = 1;
  for (let step = 0; step < 20_000; step++) {
    const isGrowing = Math.floor(step / 2000) % 2 === 0;
    if (random() < (isGrowing ? 0.6 : 0.4)) {
      const stream = { id: next };
      next += random() < 0.1 ? 2 * Math.floor(random() * 100) : 2;
      if (map.has(stream.id)) continue;
      map.set(stream.id, stream);
      table.add(stream);
    } else {
      const ids = [...map.keys()];
      const id = ids[Math.floor(random() * random() * ids.length)];
      if (id === undefined) continue;
      table.delete(map.get(id)!);
      map.delete(id);
    }
    const id = 1 + 2 * Math.floor((random() * next) / 2);
    assert.equal(table.get(id), map.get(id));
    assert.equal(table.size, map.size);
  }
  assert.deepEqual(table.all(), [...map.values()]);
});

describe('frames that carry nothing on', () => {
  test('are too many beyond 10,000 within ten seconds', () => {
    const frames = new IdleFrames(() => 0);
    for (let n = 0; n < 10_000; n++) assert.ok(frames.add());
    assert.ok(!frames.add());
  });
  test('are not too many when a request moves on between them', () => {
    const frames = new IdleFrames(() => 0);
    for (let n = 0; n < 50_000; n++) {
      assert.ok(frames.add());
      if (n % 9000 === 0) frames.progress();
    }
  });
  test('are not too many over hours', () => {
    let nowMs = 0;
    const frames = new IdleFrames(() => nowMs);
    for (let n = 0; n < 50_000; n++, nowMs += 2) assert.ok(frames.add());
  });
});

test('a server may continue a cancelled stream until it ends it, and no other one that is over', () => {
  const closed = new ClosedStreams();
  assert.ok(!closed.mayContinue(1));
  closed.cancelled(3);
  assert.ok(closed.mayContinue(3));
  closed.ended(3);
  assert.ok(!closed.mayContinue(3));
  // Only the last 1,000 are remembered; what comes on older ones is ignored.
  for (let id = 5; id < 5 + 2 * 1500; id += 2) closed.cancelled(id);
  assert.ok(closed.mayContinue(7) && closed.mayContinue(1));
  assert.ok(!closed.mayContinue(3005));
});

test('a window is opened again when half of it is used', () => {
  const window = new ReceiveWindow(1000);
  assert.deepEqual([window.take(499), window.take(1), window.take(499), window.take(400)], [0, 500, 0, 899]);
  window.take(400);
  window.reset();
  assert.equal(window.take(400), 0);
});
