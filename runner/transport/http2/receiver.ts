import { DataReceiver } from './data-receiver.ts';
import { FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR } from './frames/error-codes.ts';
import * as frames from './frames/frame.ts';
import type { FrameEvents } from './frames/frame-reader.ts';
import { defaultSettings, readSettings } from './frames/settings.ts';
import { HeaderReceiver } from './header-receiver.ts';
import { idle, isUnopened, type Receiving } from './receiving.ts';

const NOT_SETTINGS = 'a first frame that is not SETTINGS';
/** "HTT", the begin of a response of HTTP/1.1, as the length of a frame. */
const HTTP1_LENGTH = 0x48_54_54;
const HTTP1 = 'a response of HTTP/1.1, as of a server without HTTP/2 at this port';

/** Acts on the frames of a server as RFC 9113 demands of a client. */
export class Receiver implements FrameEvents {
  readonly #to: Receiving;
  readonly #headers: HeaderReceiver;
  readonly #data: DataReceiver;
  readonly #settings = defaultSettings();
  #hasSettings = false;
  /** Whether the server has still to acknowledge this client's settings. */
  #awaitsAck = true;

  constructor(to: Receiving) {
    this.#to = to;
    this.#headers = new HeaderReceiver(to);
    this.#data = new DataReceiver(to);
  }

  tooLong(length: number): void {
    const first = length === HTTP1_LENGTH ? HTTP1 : NOT_SETTINGS;
    this.#to.violated(FRAME_SIZE_ERROR, this.#hasSettings ? `a frame of ${length} bytes` : first);
  }

  frame(type: number, flags: number, stream: number, bytes: Buffer, from: number, to: number, readEnd: number): void {
    if (!this.#isInOrder(type, flags, stream)) return;
    switch (type) {
      case frames.DATA:
        this.#data.padded(flags, stream, bytes, from, to);
        break;
      case frames.HEADERS:
        this.#headers.headers(flags, stream, bytes, from, to, readEnd);
        break;
      case frames.CONTINUATION:
        this.#headers.continuation(flags, stream, bytes, from, to);
        break;
      case frames.RST_STREAM:
        this.#reset(stream, bytes, from, to);
        break;
      case frames.SETTINGS:
        this.#settingsFrame(flags, stream, bytes, from, to);
        break;
      case frames.PUSH_PROMISE:
        this.#to.violated(PROTOCOL_ERROR, 'a push, which this client does not allow');
        break;
      case frames.PING:
        this.#ping(flags, stream, bytes, from, to);
        break;
      case frames.GOAWAY:
        this.#goaway(stream, bytes, from, to);
        break;
      case frames.WINDOW_UPDATE:
        this.#windowUpdate(stream, bytes, from, to);
        break;
      case frames.PRIORITY:
        this.#priority(stream, to - from);
        break;
      default:
        idle(this.#to);
    }
  }

  dataBegins(flags: number, stream: number, length: number): void {
    if (this.#isInOrder(frames.DATA, flags, stream)) this.#data.begin(flags, stream, length);
  }

  data(bytes: Buffer, from: number, to: number): void {
    this.#data.content(bytes, from, to);
  }

  dataEnds(): void {
    this.#data.end();
  }

  /** SETTINGS come first (RFC 9113, 3.4), and nothing comes within a header block (4.3). */
  #isInOrder(type: number, flags: number, stream: number): boolean {
    const { openBlock } = this.#headers;
    if (!this.#hasSettings && (type !== frames.SETTINGS || (flags & frames.ACK) !== 0))
      this.#to.violated(PROTOCOL_ERROR, NOT_SETTINGS);
    else if (openBlock !== 0 && (type !== frames.CONTINUATION || stream !== openBlock))
      this.#to.violated(PROTOCOL_ERROR, 'a frame within a header block');
    else if (openBlock === 0 && type === frames.CONTINUATION)
      this.#to.violated(PROTOCOL_ERROR, 'a CONTINUATION without a header block');
    else return true;
    return false;
  }

  #reset(id: number, bytes: Buffer, from: number, to: number): void {
    if (this.#isMalformed('RST_STREAM', to - from !== 4, isUnopened(id, this.#to))) return;
    const { streams, closed } = this.#to;
    const stream = streams.get(id);
    if (stream !== undefined) stream.reset(bytes.readUInt32BE(from));
    else if (closed.mayContinue(id)) closed.ended(id);
    else idle(this.#to);
  }

  #settingsFrame(flags: number, stream: number, bytes: Buffer, from: number, to: number): void {
    const isAck = (flags & frames.ACK) !== 0;
    if (this.#isMalformed('SETTINGS', isAck && to > from, stream !== frames.NO_STREAM)) return;
    if (isAck) {
      if (!this.#awaitsAck) this.#to.violated(PROTOCOL_ERROR, 'an acknowledgement of no settings');
      this.#awaitsAck = false;
      return;
    }
    const { initialWindowBytes } = this.#settings;
    const violation = readSettings(bytes, from, to, this.#settings);
    if (violation !== undefined) {
      this.#to.violated(violation.code, violation.what);
      return;
    }
    this.#hasSettings = true;
    this.#to.output.settingsAck();
    idle(this.#to);
    this.#to.settings(this.#settings, this.#settings.initialWindowBytes - initialWindowBytes);
  }

  #ping(flags: number, stream: number, bytes: Buffer, from: number, to: number): void {
    if (this.#isMalformed('PING', to - from !== 8, stream !== frames.NO_STREAM)) return;
    if ((flags & frames.ACK) === 0) this.#to.output.pingAck(bytes, from, to);
    idle(this.#to);
  }

  #goaway(stream: number, bytes: Buffer, from: number, to: number): void {
    if (this.#isMalformed('GOAWAY', to - from < 8, stream !== frames.NO_STREAM)) return;
    this.#to.goaway(frames.read31Bits(bytes, from), bytes.readUInt32BE(from + 4));
  }

  #windowUpdate(id: number, bytes: Buffer, from: number, to: number): void {
    const { bodies, idleFrames } = this.#to;
    const isUnknown = id !== frames.NO_STREAM && isUnopened(id, this.#to);
    if (this.#isMalformed('WINDOW_UPDATE', to - from !== 4, isUnknown)) return;
    if (bodies.isWaiting) idleFrames.progress();
    else idle(this.#to);
    const increment = frames.read31Bits(bytes, from);
    if (id !== frames.NO_STREAM) this.#openStream(id, increment);
    else if (increment === 0) this.#to.violated(PROTOCOL_ERROR, 'a WINDOW_UPDATE of 0');
    else if (bodies.open(increment)) bodies.resume();
    else this.#to.violated(FLOW_CONTROL_ERROR, frames.WINDOW_TOO_LARGE);
  }

  #openStream(id: number, increment: number): void {
    const { streams, bodies } = this.#to;
    const stream = streams.get(id);
    if (stream === undefined) return;
    stream.sendWindow += increment;
    if (increment === 0) stream.malformed('a WINDOW_UPDATE of 0');
    else if (stream.sendWindow <= frames.MAX_31_BITS) bodies.resume();
    else stream.malformed(frames.WINDOW_TOO_LARGE, FLOW_CONTROL_ERROR);
  }

  /** Priorities are obsolete (RFC 9113, 5.3.2); their frames still have a form. */
  #priority(id: number, length: number): void {
    idle(this.#to);
    if (id === frames.NO_STREAM) this.#to.violated(PROTOCOL_ERROR, 'PRIORITY on a wrong stream');
    else if (length !== 5) this.#to.streams.get(id)?.malformed('PRIORITY of a wrong size', FRAME_SIZE_ERROR);
  }

  /** Ends the connection for a frame of a wrong size, or on a wrong stream. */
  #isMalformed(name: string, isOfWrongSize: boolean, isOnWrongStream: boolean): boolean {
    if (isOnWrongStream) this.#to.violated(PROTOCOL_ERROR, `${name} on a wrong stream`);
    else if (isOfWrongSize) this.#to.violated(FRAME_SIZE_ERROR, `${name} of a wrong size`);
    return isOnWrongStream || isOfWrongSize;
  }
}
