import type { IncomingMessage } from 'node:http';
import { MAX_UPDATE_BYTES } from '../../api/protocol/exchange.ts';
import { type Refusal, tooMany } from './refusal.ts';

/** A runner waits no longer for a response. */
const MAX_READ_MS = 5_000;

export type BodyLimits = {
  /** The most bytes of all bodies that are being read. */
  budgetBytes: number;
  /** How long a body may take. */
  readMs: number;
};

type Reading = { bytes: number; end: (result: Buffer | Refusal) => void };

/**
 * Reads bodies within a budget of memory. When a body would exceed it, the one that has been read for longest makes room: that of a runner
 * takes milliseconds.
 */
export class BodyReader {
  readonly #limits: BodyLimits;
  #freeBytes: number;
  /** The oldest first. */
  readonly #readings = new Set<Reading>();

  constructor({ budgetBytes, readMs = MAX_READ_MS }: Pick<BodyLimits, 'budgetBytes'> & Partial<BodyLimits>) {
    this.#limits = { budgetBytes, readMs };
    this.#freeBytes = budgetBytes;
  }

  /** How many bytes of bodies are in memory. */
  get usedBytes(): number {
    return this.#limits.budgetBytes - this.#freeBytes;
  }

  /** The body of a request, or why there is none. */
  read(request: IncomingMessage): Promise<Buffer | Refusal> {
    if (Number(request.headers['content-length'] ?? 0) > MAX_UPDATE_BYTES) return Promise.resolve(TOO_LONG);
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const take = (chunk: Buffer) => {
        chunks.push(chunk);
        this.#take(reading, chunk.length);
      };
      const whole = () => reading.end(Buffer.concat(chunks));
      const gone = () => reading.end({ status: 408, error: 'the body has not arrived' });
      const late = setTimeout(gone, this.#limits.readMs);
      const reading: Reading = {
        bytes: 0,
        end: (result) => {
          if (!this.#readings.delete(reading)) return;
          clearTimeout(late);
          request.off('data', take).off('end', whole).off('close', gone).off('error', gone);
          // Whoever still sends is read without being kept, or its connection would break instead of receiving a response.
          request.on('error', () => {}).resume();
          this.#freeBytes += reading.bytes;
          chunks.length = 0;
          resolve(result);
        },
      };
      this.#readings.add(reading);
      request.on('data', take).once('end', whole).once('close', gone).once('error', gone);
    });
  }

  #take(reading: Reading, bytes: number): void {
    reading.bytes += bytes;
    this.#freeBytes -= bytes;
    if (reading.bytes > MAX_UPDATE_BYTES) reading.end(TOO_LONG);
    while (this.#freeBytes < 0) {
      const [oldest] = this.#readings;
      oldest!.end(tooMany('too many updates are being read', 1000));
    }
  }
}

const TOO_LONG: Refusal = { status: 413, error: `an update is at most ${MAX_UPDATE_BYTES} bytes` };
