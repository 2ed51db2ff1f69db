import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandError } from '../cluster/system/run.ts';
import { type Spec, useNamespace } from './support/namespace.ts';

const URL = 'http://target:8080';
const OPEN = { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } };

/** One case per rule; test/integration has all. */
const CASES: [what: string, spec: unknown, message: string][] = [
  ['a URL with another scheme', { target: { url: 'ftp://target' }, load: OPEN }, 'spec.target.url'],
  ['a load without the field of its type', { target: { url: URL }, load: { type: 'Closed' } }, 'spec.load.closed'],
  ['a field that does not exist', { target: { url: URL }, load: OPEN, replicas: 2 }, 'unknown field "replicas"'],
  [
    'a limit in the unit of another metric',
    { target: { url: URL }, load: OPEN, thresholds: [{ metric: 'errors', max: '5ms' }] },
    'spec.thresholds[0].max',
  ],
];

describe('kubectl apply rejects', () => {
  const ns = useNamespace('refused');
  for (const [index, [what, spec, message]] of CASES.entries()) {
    it(what, async () => {
      await assert.rejects(ns.start(`refused-${index}`, spec as Spec), (error) => {
        assert.ok(error instanceof CommandError);
        assert.ok(error.stderr.includes(message), error.stderr);
        return true;
      });
    });
  }

  it('a changed spec of a started LoadTest', async () => {
    const spec: Spec = {
      target: { url: ns.url('/once') },
      load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 5 }] } },
    };
    await ns.runToEnd('once', spec);
    await assert.rejects(ns.start('once', { ...spec, runners: { replicas: 2 } }), /immutable/);
  });
});
