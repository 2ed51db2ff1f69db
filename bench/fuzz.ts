/**
 * `node bench/fuzz.ts [CASES [SEED]]` compares the parser of the lean transport with llhttp, undici's parser, on mutated responses;
 * `test/support/parsers` has the comparison. The default is ten million cases, which take some minutes. Exits with 1 on an unexplained
 * difference. `node bench/fuzz.ts outputs [CASES [SEED]]` takes hostile responses, by default 100,000, through redaction to every output;
 * `test/support/hostile` has them. Exits with 1 on a control character or a part of a secret.
 */
import { fuzzResponses } from '../test/support/hostile/fuzz.ts';
import { fuzz } from '../test/support/parsers/fuzz.ts';

const [what, ...rest] = process.argv.slice(2);
const isOutputs = what === 'outputs';
const [cases = isOutputs ? 100_000 : 10_000_000, seed = 1] = (isOutputs ? rest : process.argv.slice(2)).map(Number);

const began = performance.now();
const { lines, isGood } = isOutputs ? outputs() : parsers();
const seconds = ((performance.now() - began) / 1e3).toFixed(0);
console.log(`${cases.toLocaleString('en')} cases, seed ${seed}, ${seconds} s\n`);
for (const line of lines) console.log(line);
if (!isGood) process.exitCode = 1;

type Result = { lines: string[]; isGood: boolean };

function outputs(): Result {
  const problems = fuzzResponses(cases, seed);
  return { lines: problems.length === 0 ? ['no problem'] : problems, isGood: problems.length === 0 };
}

function parsers(): Result {
  const rows = fuzz(cases, seed);
  return {
    lines: rows.map(
      ({ what: name, count, explained, example }) =>
        `${String(count).padStart(10)}  ${explained ? '' : 'UNEXPLAINED '}${name}\n            ${example}`,
    ),
    isGood: rows.every(({ explained }) => explained),
  };
}
