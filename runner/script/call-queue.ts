import { Bytes, FrameError } from './channel/frames.ts';
import type { FromScript, Result } from './channel/from-script.ts';
import type { CallMessage, FieldName, Fields, Filling, ToScript } from './channel/to-script.ts';

/** The value of a field: that of a message, or the bytes of a body. */
export type FieldValue = NonNullable<Fields[Exclude<FieldName, 'body'>]> | Buffer;

/** A call of a function of the script. */
export type Call = {
  kind: CallMessage[0];
  /** The arrival's number. */
  index: number;
  /** The request's number in its iteration. */
  step: number;
  /** Of the response; 0 without one. */
  status: number;
  /** The size of the body of the response; 0 without one. */
  bytes: number;
  field: (name: FieldName) => FieldValue;
};

/** The result of a call, with the bytes of the body of an override. */
export type Returned = { result: Result; body: Buffer | undefined };

/** The connection to a script's process, as far as calls use it. */
export interface Link {
  readonly alive: boolean;
  sendNow(message: ToScript, blobs: readonly Uint8Array[]): void;
  fill(filling: Filling, blobs: readonly Uint8Array[]): void;
  waitUntil(isDone: () => boolean): void;
}

/** When a call is sent: with those of the same turn of the event loop, or with those of a moment, which costs less. */
export type Urgency = 'Soon' | 'Eventually';

type Waiting = { call: Call; done: (returned: Returned) => void };

/** The most calls of a message, and the size of the bodies from which on no further call is added. */
const MOST_CALLS = 256;
const ENOUGH_BYTES = 1024 * 1024;
const MOMENT_MS = 4;
/** A message that takes so long blocks the thread, as slow functions of its own would: the runner then measures that it is saturated. */
const SLOW_MS = 20;
const ENDED: Returned = { result: { error: 'the script has ended' }, body: undefined };

/**
 * Calls of a script's functions, which its process makes in order. At most one message with calls is under way; those that are added meanwhile
 * go out together. A field of a call is sent only after the script has read such a field once.
 */
export class CallQueue {
  readonly #link: Link;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** The calls under way: of one message, of which the first `#done` have a result. */
  #sent: Waiting[] = [];
  #done = 0;
  /** The CPU time of the process since the load began, as it says itself. */
  cpuMs = 0;
  /** Whether calls wait that are to be sent when no others are under way. */
  #isDue = false;
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #slow = setTimeout(() => this.#link.waitUntil(() => !this.#isBusy), SLOW_MS).unref();
  readonly #wanted: readonly Set<FieldName>[] = [new Set(), new Set()];

  constructor(link: Link) {
    this.#link = link;
  }

  /** Adds a call. */
  add(call: Call, done: (returned: Returned) => void, urgency: Urgency): void {
    this.#waiting.push({ call, done });
    this.#waitingBytes += call.bytes;
    const isEnough = this.#waiting.length >= MOST_CALLS || this.#waitingBytes >= ENOUGH_BYTES;
    if (urgency === 'Soon' || isEnough) this.#immediate ??= setImmediate(() => this.#due());
    else this.#timer ??= setTimeout(() => this.#due(), MOMENT_MS);
  }

  get #isBusy(): boolean {
    return this.#done < this.#sent.length;
  }

  #due(): void {
    this.#isDue = true;
    this.#flush();
  }

  /** Sends calls that wait, unless others are under way. */
  #flush(): void {
    if (this.#isBusy) return;
    this.#sent = this.#takeWaiting();
    this.#done = 0;
    if (this.#waiting.length === 0) {
      clearImmediate(this.#immediate);
      clearTimeout(this.#timer);
      this.#immediate = undefined;
      this.#timer = undefined;
      this.#isDue = false;
    }
    if (this.#sent.length === 0) return;
    this.#slow.refresh();
    const blobs: Buffer[] = [];
    const calls = this.#sent.map(({ call }) => messageOf(call, this.#wanted[call.kind]!, blobs));
    this.#link.sendNow({ type: 'calls', calls }, blobs);
  }

  /** The calls of the next message: as many as it may have, and one at least. */
  #takeWaiting(): Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(({ call }, i) => {
      if (i >= MOST_CALLS || bytes >= ENOUGH_BYTES) return true;
      bytes += call.bytes;
      return false;
    });
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  /** Blocks this thread until `isDone`, which a result of an added call makes true. */
  waitUntil(isDone: () => boolean): void {
    while (!isDone()) {
      this.#flush();
      this.#link.waitUntil(() => isDone() || !this.#isBusy);
      if (!this.#link.alive) this.ended();
    }
  }

  /** Receives results or the need of a field. Throws a {@link FrameError} when they do not belong to the calls under way. */
  receive(message: Extract<FromScript, { type: 'results' | 'need' }>, bytes: Buffer): void {
    if (message.type === 'need') this.#fill(message.call, message.field);
    else {
      const bodies = new Bytes(bytes);
      this.cpuMs = message.cpuMs;
      for (const result of message.results) this.#returned({ result, body: bodyOf(result, bodies) });
      if (this.#isDue) this.#flush();
    }
  }

  /** The process has ended: no call has a result any more. */
  ended(): void {
    const lost = [...this.#sent.slice(this.#done), ...this.#waiting];
    this.#sent = [];
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#done = 0;
    this.#flush();
    for (const { done } of lost) done(ENDED);
  }

  #returned(returned: Returned): void {
    const next = this.#sent[this.#done];
    if (next === undefined) throw new FrameError('more results than calls');
    this.#done++;
    next.done(returned);
  }

  #fill(index: number, field: FieldName): void {
    const waiting = this.#sent[index];
    if (waiting === undefined || index < this.#done) throw new FrameError('a field of no call');
    const { call } = waiting;
    this.#wanted[call.kind]!.add(field);
    const value = call.field(field);
    if (Buffer.isBuffer(value)) this.#link.fill({ [field]: value.length }, [value]);
    else this.#link.fill({ [field]: value }, []);
  }
}

function messageOf({ kind, index, step, status, field }: Call, wanted: Set<FieldName>, blobs: Buffer[]): CallMessage {
  const fields: Record<string, unknown> = {};
  for (const name of wanted) {
    const value = field(name);
    if (Buffer.isBuffer(value)) blobs.push(value);
    fields[name] = Buffer.isBuffer(value) ? value.length : value;
  }
  return [kind, index, step, status, fields as Fields];
}

function bodyOf(result: Result, bodies: Bytes): Buffer | undefined {
  if (typeof result !== 'object' || result === null || !('override' in result)) return undefined;
  const { body } = result.override;
  return body && 'bytes' in body ? Buffer.from(bodies.take(body.bytes)) : undefined;
}
