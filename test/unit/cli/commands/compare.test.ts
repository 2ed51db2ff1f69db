import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { stringify } from 'yaml';
import { parseCommand } from '../../../../cli/arguments/parse.ts';
import { prepareTests } from '../../../../cli/input/prepare-tests.ts';
import { givenFor } from '../../../../cli/local/run-all.ts';
import { formatIntervals } from '../../../../model/compare/intervals.ts';
import { jsonReport } from '../../../../render/documents.ts';
import { OPEN, simulate } from '../../../support/results/comparison-runs.ts';
import { finished } from '../../../support/results/report-fixture.ts';

const AT = '2026-03-01T12:00:00Z';
/** A finished LoadTest with response times of about `ms`. */
const result = (name: string, ms: number, load: object = OPEN) => ({
  ...finished({}, load),
  metadata: { name },
  status: {
    conditions: [
      { type: 'Complete', status: 'True' as const, reason: 'Finished', message: '', lastTransitionTime: AT },
    ],
    windows: formatIntervals(simulate({ ms }, ms)),
  },
});

const directory = mkdtempSync(join(tmpdir(), 'compare-'));
after(() => rmSync(directory, { recursive: true }));
const file = (name: string, content: string) => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};
const v41 = file('v41.json', jsonReport([result('v41', 20)]));
const v42 = file('v42.json', jsonReport([result('v42', 30)]));
const similar = file('similar.json', jsonReport([result('v41', 21)]));
const closed = file(
  'closed.json',
  jsonReport([result('v43', 20, { type: 'Closed', closed: { users: 1, duration: '60s' } })]),
);

function loadtest(...args: string[]) {
  const launcher = join(import.meta.dirname, '../../../../bin/loadtest.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', PATH: `${directory}:${process.env.PATH}` },
  });
  return { code: status, out: stdout, err: stderr };
}

describe('loadtest compare', () => {
  it('exits with 1 when the second result is worse, and shows by how much', () => {
    const { code, out } = loadtest('compare', v41, v42);
    assert.equal(code, 1);
    assert.match(out, /^v42 against v41, at most 10% worse\n\n {3}metric +baseline +observed +change +range\n/);
    assert.match(out, /\nREGRESSED {2}responseTime.p50 .* above .* of v41, /);
  });

  const rows: [title: string, args: string[], code: number, out: RegExp][] = [
    ['0 when it is better', [v42, v41], 0, /IMPROVED {2}better than v42: responseTime.p50/],
    ['0 when it is the same', [v41, v41], 0, /UNCHANGED {2}unchanged from the baseline/],
    ['0 within the given limit', [v41, v42, '--max-regression', '80%'], 0, /UNCHANGED/],
    ['2 when noise hides a change of the limit', [v41, similar], 2, /TOO NOISY {2}too noisy to tell 10%: /],
    ['2 when the loads differ', [v41, closed], 2, /NOT COMPARABLE {2}load.type differs from that of v41/],
  ];
  for (const [title, args, code, out] of rows) {
    it(`exits with ${title}`, () => {
      const ended = loadtest('compare', ...args);
      assert.equal(ended.code, code, ended.err);
      assert.match(ended.out, out);
    });
  }

  it('writes JSON and Markdown', () => {
    const json = JSON.parse(loadtest('compare', v41, v42, '-o', 'json').out);
    assert.deepEqual([json.baseline, json.result, json.metrics.length], ['v41', 'Regressed', 5]);
    assert.match(loadtest('compare', v41, v42, '-o', 'markdown').out, /\| ❌ \| responseTime.p50 \|/);
  });

  it('reads LoadTests from the cluster by name, with kubectl', () => {
    // Called as kubectl get KIND NAME -o json.
    file('kubectl', `#!/bin/sh\n[ "$1 $2" = "get loadtests.loadtest.dev" ] && cat ${directory}/$3.cluster`);
    chmodSync(join(directory, 'kubectl'), 0o755);
    for (const [name, ms] of [
      ['v51', 20],
      ['v52', 30],
    ] as const) {
      const { metadata, ...rest } = result(name, ms);
      file(`${name}.cluster`, JSON.stringify({ ...rest, metadata: { ...metadata, namespace: 'shop', uid: name } }));
    }
    const { code, out, err } = loadtest('compare', 'v51', 'v52');
    assert.equal(code, 1, err);
    assert.match(out, /REGRESSED {2}responseTime.p50 .* above .* of v51, /);
  });

  it('refuses a file without a result', () => {
    const several = file('several.json', jsonReport([result('a', 20), result('b', 20)]));
    const missing = loadtest('compare', v41, join(directory, 'none.json'));
    assert.deepEqual([missing.code, /none.json cannot be read/.test(missing.err)], [64, true]);
    const two = loadtest('compare', several, v41);
    assert.deepEqual([two.code, /must hold one result, not 2/.test(two.err)], [64, true]);
  });
});

describe('the arguments of loadtest compare', () => {
  const compare = { name: 'compare', baseline: 'a', observed: 'b', maxRegression: '10%', output: 'text', cluster: {} };
  const rows: [line: string, command: object][] = [
    ['compare a b', compare],
    ['compare a b -n shop -o json', { ...compare, output: 'json', cluster: { namespace: 'shop' } }],
    ['compare --max-regression=5% a b', { ...compare, maxRegression: '5%' }],
  ];
  for (const [line, command] of rows) it(line, () => assert.deepEqual(parseCommand(line.split(' ')), { command }));
  const invalid: [line: string, problem: RegExp][] = [
    ['compare a', /^compare takes exactly two/],
    ['compare a b c', /^compare takes exactly two/],
    ['compare a b --max-regression 5', /must be a percentage such as 10%/],
    ['compare a b -o yaml', /must be text, json or markdown/],
  ];
  for (const [line, problem] of invalid)
    it(`refuses ${line}`, () => {
      const parsed = parseCommand(line.split(' '));
      assert.match('problem' in parsed ? parsed.problem : 'accepted', problem);
    });
});

describe('loadtest run with a baseline', () => {
  const test = (name: string, compareWith?: object) => {
    const spec = { target: { url: 'http://shop.test' }, load: OPEN, ...(compareWith && { compareWith }) };
    return { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name }, spec };
  };
  const prepare = (...documents: object[]) => {
    const text = documents.map((document) => stringify(document)).join('---\n');
    const prepared = prepareTests(text, 'f.yaml', [], (prefix) => prefix);
    assert.ok('tests' in prepared, JSON.stringify(prepared));
    return {
      run: prepared.tests.map((t) => t.test.metadata.name),
      baselines: prepared.baselines.map((b) => b.name),
      notes: prepared.notes,
    };
  };

  it('uses a result in the same file as baseline, and does not run it', () => {
    const { run, baselines, notes } = prepare(result('v41', 20), test('v42', { name: 'v41' }));
    assert.deepEqual([run, baselines], [['v42'], ['v41']]);
    assert.deepEqual(notes, ['f.yaml: LoadTest v41 is complete and serves as a baseline']);
  });

  it('runs a baseline that has no result yet, and a result that is not a baseline', () => {
    assert.deepEqual(prepare(test('v41'), test('v42', { name: 'v41' })).run, ['v41', 'v42']);
    assert.deepEqual(prepare(result('v41', 20), test('v42')).run, ['v41', 'v42']);
  });

  it('finds the result for a test by name in a file with several', () => {
    const of = (name: string) => ({ name, spec: finished().spec, status: {} });
    const compared = {
      ...finished(),
      spec: { ...finished().spec, compareWith: { name: 'v41', maxRegression: '10%' } },
    };
    assert.equal(givenFor(compared, [of('v40'), of('v41')])?.name, 'v41');
    assert.equal(givenFor(finished(), [of('v40'), of('checkout')])?.name, 'checkout');
    assert.equal(givenFor(finished(), [of('v40')])?.name, 'v40');
    assert.equal(givenFor(finished(), [of('v40'), of('v41')]), undefined);
  });

  it('refuses a file that has no result for the test', () => {
    const several = file('others.json', jsonReport([result('a', 20), result('b', 20)]));
    const manifest = file('test.yaml', stringify(test('v42')));
    const { code, err } = loadtest('run', manifest, '--baseline', several);
    assert.deepEqual([code, /others.json: has no result for LoadTest v42/.test(err)], [64, true]);
  });

  it('compares a real run, and exits with 2 when it is not comparable', () => {
    const unreachable = {
      ...test('v42'),
      spec: {
        target: { url: 'http://127.0.0.1:9' },
        load: { type: 'Closed', closed: { users: 1, iterations: 3 } },
        thresholds: [{ metric: 'errors.ConnectionRefused', min: '100%' }],
      },
    };
    const { code, out, err } = loadtest(
      'run',
      file('real.yaml', stringify(unreachable)),
      '--baseline',
      v41,
      '-o',
      'json',
    );
    assert.equal(code, 2, err);
    const { status, spec } = JSON.parse(out);
    assert.deepEqual(spec.compareWith, { maxRegression: '10%', name: 'v41' });
    assert.equal(status.comparison.message, 'load.type differs from that of v41');
    assert.equal(status.thresholds[0].passed, true);
    const passed = status.conditions.find((c: { type: string }) => c.type === 'Passed');
    assert.equal(`${passed.status}/${passed.reason}`, 'Unknown/NotComparable');
  });
});
