import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { send } from './wire.ts';

/** The most characters of a message. */
const PART = 4096;

/** A stream whose text the runner receives: standard output would let a script fill a pipe that the runner does not read. */
export function outputToRunner(): { console: Console; output: Writable } {
  const output = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _, done) {
      const text = typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      for (let at = 0; at < text.length; at += PART) send({ type: 'output', text: text.slice(at, at + PART) });
      done();
    },
  });
  return { console: new Console({ stdout: output, stderr: output }), output };
}
