/**
 * `node bench/fuzz.ts [CASES [SEED]]`: mutated answers for the parser of the lean transport and for llhttp, undici's parser: `test/support/parsers`
 * has how they are compared. Ten million by default, which take some minutes. Ends with 1 when they differ in what is not explained there.
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
