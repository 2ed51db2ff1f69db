import type { Socket } from 'node:net';
import { MAX_HEAD_BYTES } from '../../message.ts';
import { TABLE_BYTES } from '../hpack/decoder.ts';
import {
  ACK,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_HEADER_BYTES,
  GOAWAY,
  HEADERS,
  MAX_FRAME_BYTES,
  NO_STREAM,
  PING,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from './frame.ts';
import { ENABLE_PUSH, HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE } from './settings.ts';

/** What a client sends first (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** A full buffer is written before the turn ends, so that no request waits for a long batch. */
const BUFFER_BYTES = 4096;
const NOTHING: Buffer = Buffer.alloc(0);
/** With so many unwritten bytes, request bodies wait. */
const MOST_UNWRITTEN_BYTES = 256 * 1024;

/** A request whose header block waits to be handed to the socket. */
export interface Unwritten {
  /** Whether it waits in an output, which sets this. */
  awaitsWrite: boolean;
  /** It is about to be handed to the socket, or the target has not read for a whole turn what is before it. */
  written(): void;
  /** The socket has taken it. */
  handedOver(): void;
}

/**
 * Writes the frames of a connection. They are gathered and handed to the socket together: at the end of the read that makes them, or of its turn
 * by `atTurnEnd`; at the end of another callback by `soon`; or when a buffer is full.
 */
export class Output {
  readonly #socket: Socket;
  readonly #soon: (output: Output) => void;
  readonly #atTurnEnd: (output: Output) => void;
  /** Whether the socket is being read; frames then wait for {@link readEnds}. */
  #isRead = false;
  /** Whether some do. */
  #awaitsReadEnd = false;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** The frames that the socket does not have yet are in the buffer from #from to #at. */
  #from = 0;
  #at = 0;
  /** The part of the buffer that was written last, and where it begins. */
  #view = NOTHING;
  #viewFrom = 0;
  #isScheduled = false;
  /** Whether the socket has frames that it has not written. */
  #isWriting = false;
  /** The requests among the frames that the socket does not have yet: the first #unwritten. An emptied array would give back its memory. */
  readonly #requests: Unwritten[] = [];
  #unwritten = 0;
  #awaitsTurnEnd = false;

  constructor(socket: Socket, soon: (output: Output) => void, atTurnEnd: (output: Output) => void) {
    this.#socket = socket;
    this.#soon = soon;
    this.#atTurnEnd = atTurnEnd;
  }

  /** Whether request bodies must wait for the socket's `drain`. */
  get isCongested(): boolean {
    return this.#socket.writableLength > MOST_UNWRITTEN_BYTES;
  }

  /**
   * Hands the frames to the socket, unless it still writes earlier ones; then it does so afterwards. Over TLS, Node reports only at the end of
   * the turn that they were written, so that a turn has two writes at most. A longer wait is the target's, which does not read.
   */
  flush(): void {
    this.#isScheduled = false;
    if (!this.#isWriting) this.#write();
    else if (this.#unwritten > 0 && !this.#awaitsTurnEnd) {
      this.#awaitsTurnEnd = true;
      setImmediate(this.#onTurnEnd);
    }
  }

  readonly #onTurnEnd = (): void => {
    this.#awaitsTurnEnd = false;
    this.#tellRequests();
  };

  /** The socket is being read from now on, which may make frames. */
  readBegins(): void {
    this.#isRead = true;
  }

  /**
   * Writes the frames that the read made. `moreMayFollow`: other reads of this turn may make more, which they wait for. Over TLS each record is
   * read in a callback of its own, so that frames would go one by one, and a write costs as much as a request.
   */
  readEnds(moreMayFollow: boolean): void {
    this.#isRead = false;
    if (!this.#awaitsReadEnd) return;
    this.#awaitsReadEnd = false;
    if (moreMayFollow) this.#atTurnEnd(this);
    else this.flush();
  }

  /** The header block of a request is among the frames. */
  begins(request: Unwritten): void {
    request.awaitsWrite = true;
    this.#requests[this.#unwritten++] = request;
  }

  /** A request is over whose header block waits. */
  forget(request: Unwritten): void {
    request.awaitsWrite = false;
    this.#requests[this.#requests.indexOf(request)] = this.#requests[--this.#unwritten]!;
  }

  #tellRequests(): void {
    for (let i = 0; i < this.#unwritten; i++) {
      const request = this.#requests[i]!;
      request.awaitsWrite = false;
      request.written();
    }
    this.#unwritten = 0;
  }

  /** Hands the last frames to the socket, behind any that it still writes. */
  end(): void {
    this.#write();
  }

  #write(): void {
    if (this.#at === this.#from) return;
    const frames = this.#frames();
    this.#from = this.#at;
    if (!this.#socket.writable) return;
    const requests = this.#unwritten;
    this.#tellRequests();
    this.#isWriting = true;
    this.#socket.write(frames, this.#onWritten);
    for (let i = 0; i < requests; i++) this.#requests[i]!.handedOver();
  }

  /** The frames that the socket does not have yet. Equal requests are equally long, and a view costs as much as encoding one. */
  #frames(): Buffer {
    if (this.#view.length !== this.#at - this.#from || this.#viewFrom !== this.#from) {
      this.#view = this.#buffer.subarray(this.#from, this.#at);
      this.#viewFrom = this.#from;
    }
    return this.#view;
  }

  readonly #onWritten = (): void => {
    this.#isWriting = this.#socket.writableLength > 0;
    if (this.#isWriting) return;
    if (this.#from === this.#at) {
      this.#from = 0;
      this.#at = 0;
    } else this.#write();
  };

  /** The connection preface, with settings that allow no pushes and the window of each stream, and the window of the connection. */
  preface(streamWindowBytes: number, connectionWindowBytes: number, initialWindowBytes: number): void {
    this.#room(PREFACE.length);
    this.#at += PREFACE.copy(this.#buffer, this.#at);
    this.#begin(SETTINGS, 0, NO_STREAM, 24);
    this.#setting(ENABLE_PUSH, 0);
    this.#setting(INITIAL_WINDOW_SIZE, streamWindowBytes);
    this.#setting(MAX_HEADER_LIST_SIZE, MAX_HEAD_BYTES);
    // The default. nginx, which fills the table and never refers to it, sets its size to 0 when it is asked, so that heads can be cached.
    this.#setting(HEADER_TABLE_SIZE, TABLE_BYTES);
    this.windowUpdate(NO_STREAM, connectionWindowBytes - initialWindowBytes);
  }

  /** A header block of `length` bytes, in as many frames as it needs. */
  headers(stream: number, block: Buffer, length: number, endStream: boolean): void {
    const flags = endStream ? END_STREAM : 0;
    if (length <= MAX_FRAME_BYTES) {
      this.#begin(HEADERS, flags | END_HEADERS, stream, length);
      this.#at += block.copy(this.#buffer, this.#at, 0, length);
      return;
    }
    for (let from = 0; from < length; from += MAX_FRAME_BYTES) {
      const to = Math.min(length, from + MAX_FRAME_BYTES);
      const isLast = to === length ? END_HEADERS : 0;
      this.#begin(from === 0 ? HEADERS : CONTINUATION, isLast | (from === 0 ? flags : 0), stream, to - from);
      this.#at += block.copy(this.#buffer, this.#at, from, to);
    }
  }

  /** A part of a body, of at most MAX_FRAME_BYTES. */
  data(stream: number, body: Buffer, from: number, to: number, endStream: boolean): void {
    this.#begin(DATA, endStream ? END_STREAM : 0, stream, to - from);
    this.#at += body.copy(this.#buffer, this.#at, from, to);
  }

  reset(stream: number, code: number): void {
    this.#begin(RST_STREAM, 0, stream, 4);
    this.#number(code);
  }

  settingsAck(): void {
    this.#begin(SETTINGS, ACK, NO_STREAM, 0);
  }

  /** The reply to a PING with the payload in `bytes` from `from` to `to`. */
  pingAck(bytes: Buffer, from: number, to: number): void {
    this.#begin(PING, ACK, NO_STREAM, to - from);
    this.#at += bytes.copy(this.#buffer, this.#at, from, to);
  }

  windowUpdate(stream: number, bytes: number): void {
    this.#begin(WINDOW_UPDATE, 0, stream, 4);
    this.#number(bytes);
  }

  /** The end of the connection, on which no stream of the server was processed. */
  goaway(code: number): void {
    this.#begin(GOAWAY, 0, NO_STREAM, 8);
    this.#number(0);
    this.#number(code);
  }

  #begin(type: number, flags: number, stream: number, length: number): void {
    this.#room(FRAME_HEADER_BYTES + length);
    const buffer = this.#buffer;
    const at = this.#at;
    buffer[at] = length >>> 16;
    buffer[at + 1] = length >>> 8;
    buffer[at + 2] = length;
    buffer[at + 3] = type;
    buffer[at + 4] = flags;
    this.#at = at + 5;
    this.#number(stream);
  }

  #number(value: number): void {
    const buffer = this.#buffer;
    const at = this.#at;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
    this.#at = at + 4;
  }

  #setting(id: number, value: number): void {
    this.#buffer[this.#at++] = id >>> 8;
    this.#buffer[this.#at++] = id;
    this.#number(value);
  }

  /** Makes room for so many bytes. A full buffer is written at once, although the socket may still write earlier frames. */
  #room(bytes: number): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      if (this.#isRead) this.#awaitsReadEnd = true;
      else this.#soon(this);
    }
    if (this.#at + bytes <= this.#buffer.length) return;
    this.#write();
    if (bytes > this.#buffer.length || this.#isWriting) {
      this.#buffer = Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, bytes));
      this.#view = NOTHING;
    }
    this.#from = 0;
    this.#at = 0;
  }
}

/** Flushes outputs together, once the callback that made their frames is over. */
export function flusher(soon: (callback: () => void) => void = process.nextTick): (output: Output) => void {
  let waiting: Output[] = [];
  let flushing: Output[] = [];
  const flushAll = () => {
    [waiting, flushing] = [flushing, waiting];
    for (const output of flushing) output.flush();
    flushing.length = 0;
  };
  return (output) => {
    if (waiting.push(output) === 1) soon(flushAll);
  };
}
