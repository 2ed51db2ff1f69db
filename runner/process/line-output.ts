import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Receives the output of a thread, line by line. */
export type Write = (line: string) => void;

/** Longer lines are split, so that output without line ends does not accumulate in memory. */
const LONGEST_LINE = 16 * 1024;

export const toStderr: Write = (line) => void process.stderr.write(`${line}\n`);

/** Divides a text that comes in parts into lines. */
export class Lines {
  readonly #write: Write;
  #rest = '';

  constructor(write: Write) {
    this.#write = write;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = lines.pop()!;
    for (const line of lines) this.#write(line);
    for (; this.#rest.length > LONGEST_LINE; this.#rest = this.#rest.slice(LONGEST_LINE))
      this.#write(this.#rest.slice(0, LONGEST_LINE));
  }

  /** Passes on the incomplete last line, if there is one. */
  end(): void {
    if (this.#rest !== '') this.#write(this.#rest);
    this.#rest = '';
  }
}

/** Passes the lines of a stream to `write`, and at its end the incomplete last line. */
export function lineByLine(stream: Readable, write: Write): void {
  const decoder = new StringDecoder();
  const lines = new Lines(write);
  stream.on('data', (chunk: Buffer) => lines.push(decoder.write(chunk)));
  stream.on('end', () => {
    lines.push(decoder.end());
    lines.end();
  });
}
