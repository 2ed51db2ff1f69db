import { END_STREAM, FRAME_HEADER_BYTES, NO_STREAM } from './frames/frame.ts';
import { CONNECTION_WINDOW_BYTES, ReceiveWindow } from './receive-window.ts';
import { endWithoutPadding, idle, mayContinue, type Receiving } from './receiving.ts';

/** Receives DATA frames, passes their content to their streams, and opens the windows again. */
export class DataReceiver {
  readonly #to: Receiving;
  readonly #window = new ReceiveWindow(CONNECTION_WINDOW_BYTES);
  #stream = 0;
  /** The length of the frame with its padding, and without. */
  #length = 0;
  #content = 0;
  #endsStream = false;

  constructor(to: Receiving) {
    this.#to = to;
  }

  /** A whole frame, which is padded. */
  padded(flags: number, stream: number, bytes: Buffer, from: number, to: number): void {
    const end = endWithoutPadding(flags, bytes, from, to, this.#to);
    if (end < 0 || !this.begin(flags, stream, to - from)) return;
    this.#content = end - from - 1;
    if (this.#content > 0) this.content(bytes, from + 1, end);
    this.end();
  }

  /** A frame begins; false when the server has no right to send it, which ends the connection. */
  begin(flags: number, id: number, length: number): boolean {
    const stream = this.#to.streams.get(id);
    if (stream === undefined && !mayContinue(id, this.#to)) return false;
    this.#stream = id;
    this.#length = length;
    this.#content = length;
    this.#endsStream = (flags & END_STREAM) !== 0;
    if (stream !== undefined) stream.bytes.received += FRAME_HEADER_BYTES + length;
    stream?.dataBegins();
    return true;
  }

  /** A part of the content. Each part finds its stream anew, as an event may have cancelled it. */
  content(bytes: Buffer, from: number, to: number): void {
    this.#to.streams.get(this.#stream)?.data(bytes, from, to);
  }

  end(): void {
    const { streams, closed, output, idleFrames } = this.#to;
    const id = this.#stream;
    const opening = this.#window.take(this.#length);
    if (opening > 0) output.windowUpdate(NO_STREAM, opening);
    if (this.#endsStream) closed.ended(id);
    if (this.#content === 0 && !this.#endsStream) idle(this.#to);
    else idleFrames.progress();
    const stream = streams.get(id);
    if (stream === undefined) return;
    if (this.#endsStream) stream.end();
    else {
      const streamOpening = stream.windowOpening(this.#length);
      if (streamOpening > 0) output.windowUpdate(id, streamOpening);
    }
  }
}
