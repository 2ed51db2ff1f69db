import { readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader } from '../channel/frames.ts';
import type { FromScript } from '../channel/from-script.ts';
import type { Filling } from '../channel/to-script.ts';
import { DESCRIPTORS } from './descriptors.ts';

const CHUNK_BYTES = 64 * 1024;

/** Sends a message to the runner; waits until it is written. */
export function send(message: FromScript, blobs: readonly Uint8Array[] = []): void {
  const frame = encodeFrame(message, blobs);
  for (let sent = 0; sent < frame.length; ) sent += writeSync(DESCRIPTORS.results, frame, sent);
}

/** Passes on the frames of the runner as they arrive. The process ends with the connection. */
export function receive(onFrame: (frame: Frame) => void): void {
  const reader = new FrameReader(Number.POSITIVE_INFINITY);
  const socket = new Socket({
    fd: DESCRIPTORS.messages,
    readable: true,
    writable: false,
    onread: {
      buffer: Buffer.alloc(CHUNK_BYTES),
      callback(bytes, buffer) {
        for (const frame of reader.push(Buffer.from(buffer.subarray(0, bytes)))) onFrame(frame);
        return true;
      },
    },
  });
  socket.on('end', () => process.exit());
}

const fillings = new FrameReader(Number.POSITIVE_INFINITY);

/** Waits for the value of a field that the runner was asked for. */
export function readFilling(): { filling: Filling; bytes: Buffer } {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    const read = readSync(DESCRIPTORS.fillings, chunk);
    if (read === 0) process.exit();
    const [frame] = fillings.push(Buffer.from(chunk.subarray(0, read)));
    if (frame !== undefined) return { filling: JSON.parse(frame.json), bytes: frame.bytes };
  }
}
