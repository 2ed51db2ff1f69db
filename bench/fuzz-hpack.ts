/**
 * `node bench/fuzz-hpack.ts [BLOCKS [SEED]]` compares the HPACK decoder of the lean HTTP/2 transport with that of node:http2 on random header
 * blocks; `test/support/hpack` has the comparison. The default is ten million blocks, which take some minutes. Exits with 1 on a difference.
 */
import { fuzzHpack } from '../test/support/hpack/fuzz.ts';

const cases = Number(process.argv[2] ?? 10_000_000);
const seed = Number(process.argv[3] ?? 1);

const began = performance.now();
const { blocks, broken, differences } = await fuzzHpack(cases, seed);
const seconds = ((performance.now() - began) / 1e3).toFixed(0);

console.log(
  `${blocks.toLocaleString('en')} blocks, seed ${seed}, ${seconds} s; ${broken.toLocaleString('en')} end their connection`,
);
for (const difference of differences) console.log(difference);
if (differences.length > 0) process.exitCode = 1;
