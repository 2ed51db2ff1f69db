import { seededRandom } from '../../../model/common/random.ts';
import { type Field, MALFORMED, OTHER_PSEUDO, STATUS } from '../../../runner/transport/http2/field.ts';
import { HpackDecoder } from '../../../runner/transport/http2/hpack/decoder.ts';
import { blocksOf } from './blocks.ts';
import { startReference } from './reference.ts';

/** So many blocks on one connection, unless one of them is an error. */
const BLOCKS = 250;

/** What our decoder makes of a block: its fields, and whether it ends the connection, or the stream. */
type Reading = { fields: string[]; ends: 'connection' | 'stream' | undefined };

export type FuzzResult = { blocks: number; broken: number; differences: string[] };

/** Compares our decoder with that of node:http2 on so many random blocks. Returns up to ten differences. */
export async function fuzzHpack(blocks: number, seed: number): Promise<FuzzResult> {
  const random = seededRandom(seed);
  const reference = await startReference();
  const result: FuzzResult = { blocks: 0, broken: 0, differences: [] };
  while (result.blocks < blocks && result.differences.length < 10) await compareConnection(random, reference, result);
  reference.close();
  return result;
}

async function compareConnection(
  random: () => number,
  { decode }: Awaited<ReturnType<typeof startReference>>,
  result: FuzzResult,
): Promise<void> {
  const decoder = new HpackDecoder();
  const next = blocksOf(random);
  const blocks: Buffer[] = [];
  const readings: Reading[] = [];
  while (blocks.length < BLOCKS && readings.at(-1)?.ends === undefined) {
    blocks.push(next());
    readings.push(read(decoder, blocks.at(-1)!));
  }
  const { fields, isBroken } = await decode(blocks);
  const taken = readings.filter(({ ends }) => ends === undefined);
  const ends = readings.at(-1)!.ends;
  const say = (what: string, at: number) =>
    result.differences.push(
      `${what}: block ${blocks[at]!.toString('hex')} after ${blocks
        .slice(0, at)
        .map((b) => b.toString('hex'))
        .join(' ')}`,
    );
  result.blocks += blocks.length;
  if (ends === 'connection') result.broken++;
  for (const [at, { fields: ours }] of taken.entries()) {
    if (JSON.stringify(ours) === JSON.stringify(fields[at])) continue;
    say(`ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(fields[at])}`, at);
    return;
  }
  if (fields.length > taken.length)
    say(
      `a block that only ours refuses, with ${JSON.stringify(readings[taken.length])}, theirs ${JSON.stringify(fields.slice(taken.length))}`,
      taken.length,
    );
  else if (isBroken !== (ends === 'connection'))
    say(`the connection ends: ours ${ends}, theirs ${isBroken}`, blocks.length - 1);
}

function read(decoder: HpackDecoder, block: Buffer): Reading {
  const fields: string[] = [];
  let ends: Reading['ends'];
  let hasStatus = false;
  const field = (one: Field) => {
    if (endsStream(one, hasStatus)) ends ??= 'stream';
    hasStatus ||= one.kind === STATUS;
    // nghttp2 leaves out what is malformed for its characters.
    if (one.kind !== MALFORMED) fields.push(one.name, one.value);
  };
  const problem = decoder.decode(block, 0, block.length, { field });
  return { fields, ends: problem === '' ? ends : 'connection' };
}

/** The first character that no name has, if it is a letter in upper case: nghttp2 refuses those names and leaves out other wrong ones. */
const UPPER_CASE = /^[^\0-\x20"(),/:-@[-\]{}\x7f-\xff]*?[A-Z]/;

/** Whether a field makes an informational response malformed in nghttp2, too. */
function endsStream({ name, kind, problem }: Field, hasStatus: boolean): boolean {
  if (kind === STATUS) return hasStatus;
  if (name === 'content-length') return true;
  if (kind === MALFORMED) return problem.startsWith('a header of') || name.startsWith(':') || UPPER_CASE.test(name);
  return kind === OTHER_PSEUDO;
}
