/**
 * `node bench/fuzz.ts [CASES [SEED]]` compares the parser of the lean transport with llhttp, undici's parser, on mutated responses;
 * `test/support/parsers` has the comparison. The default is ten million cases, which take some minutes. Exits with 1 on an unexplained
 * difference.
 */
import { fuzz } from '../test/support/parsers/fuzz.ts';

const cases = Number(process.argv[2] ?? 10_000_000);
const seed = Number(process.argv[3] ?? 1);

const began = performance.now();
const rows = fuzz(cases, seed);
const seconds = ((performance.now() - began) / 1e3).toFixed(0);

console.log(`${cases.toLocaleString('en')} cases, seed ${seed}, ${seconds} s\n`);
for (const { what, count, explained, example } of rows)
  console.log(`${String(count).padStart(10)}  ${explained ? '' : 'UNEXPLAINED '}${what}\n            ${example}`);
if (rows.some(({ explained }) => !explained)) process.exitCode = 1;
