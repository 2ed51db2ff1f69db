import type { ChildProcess } from 'node:child_process';
import { readSync, writeSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { Lines, type Write } from '../process/line-output.ts';
import { encodeFrame, type Frame, FrameError, FrameReader } from './channel/frames.ts';
import { type FromScript, fromScriptSchema, MAX_FRAME_BYTES } from './channel/from-script.ts';
import type { Filling, ToScript } from './channel/to-script.ts';
import { exitProblem } from './exit-problem.ts';
import { DESCRIPTORS } from './process/descriptors.ts';
import { startScriptProcess } from './process/start.ts';

export type ConnectionOptions = {
  /** The limit of the heap of the process, MiB; undefined: V8's default. */
  heapMiB: number | undefined;
  /** Receives the lines that the script writes. */
  write: Write;
  /** Receives messages with the bytes of their frames; throws a {@link FrameError} for one that does not belong here. */
  onMessage: (message: FromScript, bytes: Buffer) => void;
  /** Called once with the reason when the process ends, unless it was closed. */
  onEnd: (problem: string) => void;
  /** Starts the process; tests pass their own. */
  start?: typeof startScriptProcess | undefined;
};

type Socket = Readable & Writable & { unref(): void; _handle: { fd: number } | null };

/** For how long a thread sleeps that waits for a script, milliseconds. */
const NAP_MS = 0.02;
const CHUNK_BYTES = 64 * 1024;
/** How much of the standard error of the process is kept. */
const MAX_ERRORS = 16 * 1024;
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
const FOREIGN = 'its process sent a message that no script sends';

/**
 * The process of a script, from the runner. Every message of it may come from a hostile script: one that does not match its schema, or that
 * exceeds the limit, ends the process.
 */
export class ScriptConnection {
  readonly #options: ConnectionOptions;
  readonly #process: ChildProcess;
  readonly #reader = new FrameReader(MAX_FRAME_BYTES);
  /** What the script writes. At once, so that lines come before the result that follows them. */
  readonly #output: Lines;
  readonly #nap = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #errors = '';
  /** Whether a pipe has ended; the end of the process follows. */
  #broken = false;
  #ended = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#output = new Lines(options.write);
    this.#process = (options.start ?? startScriptProcess)(options.heapMiB);
    for (const stream of this.#process.stdio) stream?.on('error', () => {}); // the process has ended, which has its own event
    this.#socket(DESCRIPTORS.results).on('data', (chunk: Buffer) => this.#received(chunk));
    this.#process.stderr!.on('data', (chunk: Buffer) => {
      if (this.#errors.length < MAX_ERRORS) this.#errors += chunk.toString();
    });
    this.#process.on('error', (error) => this.#end(`its process cannot be started: ${error.message}`));
    this.#process.on('close', (code, signal) => this.#end(exitProblem(code, signal, options.heapMiB, this.#errors)));
  }

  /** Whether the process can be reached. */
  get alive(): boolean {
    return !this.#broken && !this.#ended;
  }

  /** Lets this process end while that of the script runs. */
  unref(): void {
    this.#process.unref();
    for (const stream of this.#process.stdio) (stream as Socket | null)?.unref();
  }

  /** Sends a message without waiting. A process that does not read what it asks for is ended, before it fills this one's memory. */
  send(message: ToScript, blobs: readonly Uint8Array[] = []): void {
    const socket = this.#socket(DESCRIPTORS.messages);
    socket.write(encodeFrame(message, blobs));
    if (socket.writableLength > MAX_UNREAD_BYTES) this.#end('its process does not read what it asks for');
  }

  /** Sends a message and waits until the process has taken it; meanwhile messages are received. */
  sendNow(message: ToScript, blobs: readonly Uint8Array[] = []): void {
    this.#write(DESCRIPTORS.messages, encodeFrame(message, blobs));
  }

  /** Sends the value of a field for which the process waits. */
  fill(filling: Filling, blobs: readonly Uint8Array[]): void {
    this.#write(DESCRIPTORS.fillings, encodeFrame(filling, blobs));
  }

  /** Blocks this thread until `isDone`, or until the process has ended; meanwhile messages are received. */
  waitUntil(isDone: () => boolean): void {
    while (!isDone() && this.alive) if (!this.#receiveNow()) this.#sleep();
  }

  /** Ends the process. */
  close(): void {
    if (!this.#ended) this.#output.end();
    this.#ended = true;
    this.#process.kill('SIGKILL');
  }

  #socket(descriptor: number): Socket {
    return this.#process.stdio[descriptor] as unknown as Socket;
  }

  #write(descriptor: number, frame: Buffer): void {
    for (let sent = 0; sent < frame.length && this.alive; ) {
      const written = this.#now(descriptor, (fd) => writeSync(fd, frame, sent));
      if (written > 0) sent += written;
      else if (!this.#receiveNow()) this.#sleep();
    }
  }

  /** Receives what has arrived; false when nothing has. */
  #receiveNow(): boolean {
    const read = this.#now(DESCRIPTORS.results, (fd) => {
      const bytes = readSync(fd, this.#chunk);
      if (bytes === 0) this.#broken = true;
      return bytes;
    });
    if (read > 0) this.#received(Buffer.from(this.#chunk.subarray(0, read)));
    return read > 0;
  }

  /** The number of bytes that `transfer` can transfer at once; 0 also when the pipe is broken. */
  #now(descriptor: number, transfer: (fd: number) => number): number {
    const fd = this.#socket(descriptor)._handle?.fd ?? -1;
    if (fd < 0) this.#broken = true;
    if (this.#broken) return 0;
    try {
      return transfer(fd);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.#broken = true;
      return 0;
    }
  }

  #sleep(): void {
    Atomics.wait(this.#nap, 0, 0, NAP_MS);
  }

  #received(chunk: Buffer): void {
    let frames: Frame[];
    try {
      frames = this.#reader.push(chunk);
    } catch {
      this.#end(FOREIGN);
      return;
    }
    for (const frame of frames) if (!this.#ended) this.#dispatch(frame);
  }

  #dispatch({ json, bytes }: Frame): void {
    const message = messageOf(json);
    if (message === undefined) this.#end(FOREIGN);
    else if (message.type === 'output') this.#output.push(message.text);
    else if (message.type === 'uncaught') this.#end(message.problem);
    else this.#pass(message, bytes);
  }

  #pass(message: FromScript, bytes: Buffer): void {
    try {
      this.#options.onMessage(message, bytes);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#end(FOREIGN);
    }
  }

  #end(problem: string): void {
    if (this.#ended) return;
    this.close();
    this.#options.onEnd(problem);
  }
}

function messageOf(json: string): FromScript | undefined {
  try {
    return fromScriptSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
