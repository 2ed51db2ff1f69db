/**
 * `node bench/fuzz.ts [CASES [SEED]]` compares the parser of the lean transport with llhttp, undici's parser, on mutated responses;
 * `test/support/parsers` has the comparison. The default is ten million cases, which take some minutes. Exits with 1 on an unexplained
 * difference. `node bench/fuzz.ts outputs [CASES [SEED]]` takes hostile responses, by default 100,000, through redaction to every output;
 * `test/support/hostile` has them. Exits with 1 on a control character or a part of a secret. `node bench/fuzz.ts updates [CASES [SEED]]` reads
 * mutated updates of runners, by default 100,000, as the operator does; `test/support/updates` has them. Exits with 1 on one that is neither
 * refused with a reason nor usable.
 */
import { fuzzResponses } from '../test/support/hostile/fuzz.ts';
import { fuzz } from '../test/support/parsers/fuzz.ts';
import { fuzzUpdates } from '../test/support/updates/fuzz-updates.ts';

type Result = { lines: string[]; isGood: boolean };
type Run = (cases: number, seed: number) => Result;

const RUNS: Record<string, { run: Run; usual: number }> = {
  outputs: { run: outputs, usual: 100_000 },
  updates: { run: updates, usual: 100_000 },
};
const [what = '', ...rest] = process.argv.slice(2);
const named = RUNS[what];
const { run, usual } = named ?? { run: parsers, usual: 10_000_000 };
const [cases = usual, seed = 1] = (named === undefined ? process.argv.slice(2) : rest).map(Number);

const began = performance.now();
const { lines, isGood } = run(cases, seed);
const seconds = ((performance.now() - began) / 1e3).toFixed(0);
console.log(`${cases.toLocaleString('en')} cases, seed ${seed}, ${seconds} s\n`);
for (const line of lines) console.log(line);
if (!isGood) process.exitCode = 1;

function outputs(cases: number, seed: number): Result {
  const problems = fuzzResponses(cases, seed);
  return { lines: problems.length === 0 ? ['no problem'] : problems, isGood: problems.length === 0 };
}

function updates(cases: number, seed: number): Result {
  const { taken, refused, faults } = fuzzUpdates(cases, seed);
  const examples = [...faults].map(([fault, example]) => `FAULT ${fault}\n            ${JSON.stringify(example)}`);
  return { lines: [`${taken} taken, ${refused} refused`, ...examples], isGood: faults.size === 0 };
}

function parsers(cases: number, seed: number): Result {
  const rows = fuzz(cases, seed);
  return {
    lines: rows.map(
      ({ what: name, count, explained, example }) =>
        `${String(count).padStart(10)}  ${explained ? '' : 'UNEXPLAINED '}${name}\n            ${example}`,
    ),
    isGood: rows.every(({ explained }) => explained),
  };
}
