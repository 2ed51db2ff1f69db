import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { flusher, Output } from '../../../../../runner/transport/http2/frames/output.ts';

const CANCEL = 8;

/** A socket that completes its writes when told. */
class SlowSocket {
  writable = true;
  writableLength = 0;
  readonly writes: number[] = [];
  #written: () => void = () => {};

  write(bytes: Buffer, written: () => void): void {
    this.writes.push(bytes.length);
    this.writableLength += bytes.length;
    this.#written = written;
  }

  complete(): void {
    this.writableLength = 0;
    this.#written();
  }
}

test('frames are written together: those of a turn, and those made while the socket still writes', () => {
  const socket = new SlowSocket();
  let flush = () => {};
  const soon = flusher((callback) => {
    flush = callback;
  });
  const output = new Output(socket as unknown as Socket, soon, soon);
  for (let n = 0; n < 10; n++) output.reset(n, CANCEL); // 13 bytes each
  assert.deepEqual(socket.writes, []);
  flush();
  assert.deepEqual(socket.writes, [130]);
  output.reset(11, CANCEL);
  output.reset(12, CANCEL);
  flush();
  assert.deepEqual(socket.writes, [130]);
  socket.complete();
  assert.deepEqual(socket.writes, [130, 26]);
  socket.complete();
  // A full buffer does not wait, nor do the last frames.
  for (let n = 0; n < 1000; n++) output.reset(n, CANCEL);
  assert.deepEqual(socket.writes, [130, 26, 4095, 4095, 4095]);
  output.end();
  assert.deepEqual(socket.writes.at(-1), 715);
});

test('frames that a read makes go at its end, or at the end of the turn when more may follow', () => {
  const socket = new SlowSocket();
  const flushes: string[] = [];
  const when = (name: string) => flusher(() => void flushes.push(name));
  const output = new Output(socket as unknown as Socket, when('soon'), when('at the end of the turn'));
  output.readBegins();
  output.readEnds(false);
  output.readBegins();
  output.reset(1, CANCEL);
  assert.deepEqual([flushes, socket.writes], [[], []]);
  output.readEnds(false);
  assert.deepEqual([flushes, socket.writes], [[], [13]]);
  socket.complete();
  output.readBegins();
  output.reset(3, CANCEL);
  output.readEnds(true);
  output.reset(5, CANCEL); // it goes with the one before
  assert.deepEqual([flushes, socket.writes], [['at the end of the turn'], [13]]);
  output.flush();
  output.reset(7, CANCEL);
  assert.deepEqual(
    [flushes, socket.writes],
    [
      ['at the end of the turn', 'soon'],
      [13, 26],
    ],
  );
});

/** An output on a socket that writes slowly, with requests that say when they are written. */
function withRequests() {
  const socket = new SlowSocket();
  const written: string[] = [];
  const handedOver: string[] = [];
  let flush = () => {};
  const soon = flusher((callback) => {
    flush = callback;
  });
  const output = new Output(socket as unknown as Socket, soon, soon);
  const begin = (name: string) => {
    output.reset(1, CANCEL); // any frame
    const request = {
      awaitsWrite: false,
      written: () => void written.push(name),
      handedOver: () => void handedOver.push(`${name} after ${socket.writes.length}`),
    };
    output.begins(request);
    return request;
  };
  return { socket, output, written, handedOver, begin, flush: () => flush() };
}

test('a request is written when the socket gets its frames, not before', () => {
  const { socket, written, handedOver, begin, flush } = withRequests();
  const request = begin('a');
  begin('b');
  assert.deepEqual([written, request.awaitsWrite], [[], true]);
  flush();
  assert.deepEqual([written, request.awaitsWrite], [['a', 'b'], false]);
  begin('c');
  flush();
  assert.deepEqual(written, ['a', 'b']);
  socket.complete();
  assert.deepEqual(written, ['a', 'b', 'c']);
  assert.deepEqual(handedOver, ['a after 1', 'b after 1', 'c after 2']);
});

test('a request counts as written when the target has not read for a turn what is before it', async () => {
  const { written, begin, flush } = withRequests();
  begin('a');
  flush();
  begin('b');
  flush();
  assert.deepEqual(written, ['a']);
  await new Promise(setImmediate);
  assert.deepEqual(written, ['a', 'b']);
});

test('a request that is over before its frames are written does not count as written', () => {
  const { output, written, begin, flush } = withRequests();
  const [, second] = [begin('a'), begin('b'), begin('c')];
  output.forget(second);
  flush();
  assert.deepEqual([written, second.awaitsWrite], [['a', 'c'], false]);
});
