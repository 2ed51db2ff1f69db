import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Receives the output of a thread, line by line. */
export type Write = (line: string) => void;

/** Longer lines are split, so that output without line ends does not accumulate in memory. */
const LONGEST_LINE = 16 * 1024;

export const toStderr: Write = (line) => void process.stderr.write(`${line}\n`);

/** Passes the lines of a stream to `write`, and at its end the incomplete last line. */
export function lineByLine(stream: Readable, write: Write): void {
  const decoder = new StringDecoder();
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop()!;
    lines.forEach(write);
    for (; rest.length > LONGEST_LINE; rest = rest.slice(LONGEST_LINE)) write(rest.slice(0, LONGEST_LINE));
  });
  stream.on('end', () => {
    rest += decoder.end();
    if (rest !== '') write(rest);
  });
}
