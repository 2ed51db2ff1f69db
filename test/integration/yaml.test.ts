import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { parseExactJson } from '../../api/common/notation/exact-json.ts';
import { type Document, formatProblem, validateText } from '../../cli/input/validate.ts';
import { binaries } from '../cluster/build/binaries.ts';
import { randomYaml } from './support/random-yaml.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const COUNT = Number(process.env.LOADTEST_FUZZ_YAML ?? 300);
const SEED = Number(process.env.LOADTEST_FUZZ_SEED ?? 1);
const AT_ONCE = 4;

/** What the command refuses and kubectl takes, because kubectl loses a part of the text without a word, or reads it in spite of YAML. */
const STRICTER: [problem: RegExp, why: string][] = [
  [/ is given twice$/, 'kubectl takes the last of two fields'],
  [/ kubectl ignores what follows /, 'and kubectl says nothing'],
  [/ the API server rounds /, 'a body would have another number'],
  [/ ends a line for kubectl: /, 'the line ends only in YAML 1.1'],
  [/ cannot start with directive indicator /, 'kubectl takes a line of % for the end of the document'],
  [
    / sufficiently indented| not indented more than its field/,
    'Go reads lists and quotes that are indented less than their field',
  ],
];

/** The server's answer to `kubectl apply`: the spec with its defaults, or the refusal. */
type Answer = { spec: unknown } | { refusal: string };

describe(`kubectl apply and loadtest validate, of ${COUNT} random texts from seed ${SEED} on,`, () => {
  let server: TestServer;
  let kubectl: string;
  before(async () => {
    kubectl = join(await binaries('controlPlane', () => {}), 'kubectl');
    server = await startTestServer();
  });
  after(() => server.stop());

  async function applied(yaml: string): Promise<Answer> {
    const args = ['apply', '--dry-run=server', '-f', '-', '-o', 'json', `--kubeconfig=${server.kubeconfig}`];
    const child = spawn(kubectl, args, { stdio: 'pipe' });
    child.stdin.on('error', () => {}).end(yaml);
    const [out, refusal, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return code === 0 ? { spec: (parseExactJson(out) as { spec: unknown }).spec } : { refusal };
  }

  /** Why the answers to a text differ; undefined if they agree. */
  async function disagreement(yaml: string): Promise<string | undefined> {
    const [theirs, ours] = [await applied(yaml), validateText(yaml, 'f.yaml')];
    const problems = ours.problems.map(formatProblem);
    if ('refusal' in theirs) return problems.length > 0 ? undefined : `kubectl refuses: ${theirs.refusal}`;
    if (problems.length > 0)
      return problems.every((p) => STRICTER.some(([pattern]) => pattern.test(p))) ? undefined : problems.join('\n');
    return differenceOf(withoutNulls(theirs.spec), withoutNulls(specOf(ours.documents[0])));
  }

  it('agree on each text, and on the spec that it stands for', async (t) => {
    const found: string[] = [];
    let accepted = 0;
    let next = 0;
    const judge = async () => {
      while (next < COUNT && found.length < 10) {
        const seed = SEED + next++;
        const yaml = randomYaml(seed);
        if (validateText(yaml, 'f.yaml').problems.length === 0) accepted += 1;
        const difference = await disagreement(yaml);
        if (difference !== undefined) found.push(`seed ${seed}: ${difference}\n${yaml}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, judge));
    t.diagnostic(`${accepted} of ${COUNT} are valid`);
    assert.equal(found.join('\n\n'), '');
    assert.ok(accepted > COUNT / 5 && accepted < COUNT, 'some are valid, some are not');
  });

  it('agree on the size of an object', async () => {
    const holding = (bytes: number) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large}\ndata: {a: "<&>${'x'.repeat(bytes)}"}\n`;
    const notes = (bytes: number) => validateText(holding(bytes), 'f.yaml').notes;
    // The annotation of kubectl apply holds the whole object.
    const most = 261_956;
    assert.deepEqual([notes(most).length, notes(most + 1).length], [0, 1]);
    assert.ok('spec' in (await applied(holding(most))));
    const refused = await applied(holding(most + 1));
    assert.match('refusal' in refused ? refused.refusal : '', /may not be more than 262144 bytes/);
  });
});

function specOf(document: Document | undefined): unknown {
  return document?.kind === 'LoadTest' ? document.test.spec : undefined;
}

/** A value without the null fields of bodies, which kubectl apply drops; `validate` has a note. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(kept.map(([name, field]) => [name, withoutNulls(field)]));
}

function differenceOf(theirs: unknown, ours: unknown): string | undefined {
  try {
    assert.deepEqual(ours, theirs);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
