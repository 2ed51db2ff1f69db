import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { API_VERSION, LOAD_TEST, SCHEDULED_LOAD_TEST } from '../../api/common/group.ts';
import { validateObject } from '../../cli/input/validate.ts';
import type { Manifest } from '../support/specs/good-specs.ts';
import { randomManifest } from './support/random-specs.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

/** The seed reproduces a failure. */
const COUNT = Number(process.env.LOADTEST_FUZZ_SPECS ?? 10_000);
const SEED = Number(process.env.LOADTEST_FUZZ_SEED ?? 1);
const AT_ONCE = 8;
const SHOWN = 10;

/** Rules that CEL cannot express: only `loadtest validate` and the operator enforce them. */
const EXPLAINED: [problem: RegExp, why: string][] = [
  [
    /uses \$\{session\.[^}]*\}, which no earlier request extracts/,
    'checking the earlier requests of each request would cost too much',
  ],
  [
    /\.(body\.json|grpc\.messages?(\[\d+\])?): must contain no variables but/,
    'CEL cannot inspect a body of type JSON or a message, which may have any form',
  ],
  [
    /^spec\.(loadTestTemplate\.spec\.)?data: must be set for requests that use/,
    'a body of type JSON uses it, which CEL cannot inspect',
  ],
];
const isExplained = (problem: string) => EXPLAINED.some(([pattern]) => pattern.test(problem));

describe(`the API server and loadtest validate, of ${COUNT} random specs from seed ${SEED} on,`, () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.stop());

  /** The API server's message for `kubectl apply`; empty if it accepts the object. */
  async function rejectionOf(manifest: Manifest): Promise<string> {
    const { plural } = manifest.kind === LOAD_TEST.kind ? LOAD_TEST : SCHEDULED_LOAD_TEST;
    const { code, body } = await server.call({
      method: 'POST',
      path: `/apis/${API_VERSION}/namespaces/default/${plural}`,
      query: { fieldValidation: 'Strict', dryRun: 'All' },
      body: manifest,
    });
    if (code === 201) return '';
    assert.ok(code === 400 || code === 422, `${code}: ${body.message}`);
    return body.message ?? 'refused';
  }

  it('agree on each spec', async (t) => {
    const disagreements: string[] = [];
    let accepted = 0;
    let explained = 0;
    let next = 0;
    const judge = async () => {
      while (next < COUNT && disagreements.length < SHOWN) {
        const seed = SEED + next++;
        const manifest = randomManifest(seed);
        const rejection = await rejectionOf(manifest);
        const ours = validateObject(structuredClone(manifest));
        const problems = 'problems' in ours ? ours.problems.map((p) => `${p.path}: ${p.message}`) : [];
        if (rejection === '') accepted += 1;
        if ((rejection === '') === (problems.length === 0)) continue;
        if (rejection === '' && problems.every(isExplained)) {
          explained += 1;
          continue;
        }
        disagreements.push(
          [`seed ${seed}`, `server: ${rejection || 'accepts'}`, `ours: ${problems.join('; ') || 'accepts'}`]
            .map((line) => line.slice(0, 600))
            .join('\n  '),
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, judge));
    t.diagnostic(
      `${accepted} of ${COUNT} were accepted, of which ${explained} only by the server, with an explanation`,
    );
    assert.equal(disagreements.join('\n'), '');
    assert.ok(accepted > COUNT / 20 && accepted < COUNT, 'some are valid, some are not');
  });
});
