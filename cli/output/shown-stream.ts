import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { shownText } from '../../api/common/shown/text.ts';

/** Passes UTF-8 text on without the characters that a terminal would obey. */
export function shownStream(): Transform {
  const decoder = new StringDecoder();
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, shownText(decoder.write(chunk))),
    flush: (done) => done(null, shownText(decoder.end())),
  });
}
