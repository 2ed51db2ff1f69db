import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandError } from '../cluster/run.ts';
import { type Spec, usePlace } from './place.ts';

const URL = 'http://target:8080';
const OPEN = { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }] } };

/** One case per rule; test/integration has all. */
const CASES: [what: string, spec: unknown, says: string][] = [
  ['a URL of another scheme', { target: { url: 'ftp://target' }, load: OPEN }, 'spec.target.url'],
  ['a load whose type has no field', { target: { url: URL }, load: { type: 'Closed' } }, 'spec.load.closed'],
  ['a field that does not exist', { target: { url: URL }, load: OPEN, replicas: 2 }, 'unknown field "replicas"'],
  [
    'a limit in the unit of another metric',
    { target: { url: URL }, load: OPEN, thresholds: [{ metric: 'errors', max: '5ms' }] },
    'spec.thresholds[0].max',
  ],
];

describe('kubectl apply rejects', () => {
  const place = usePlace('refused');
  for (const [index, [what, spec, says]] of CASES.entries()) {
    it(what, async () => {
      await assert.rejects(place.start(`refused-${index}`, spec as Spec), (error) => {
        assert.ok(error instanceof CommandError);
        assert.ok(error.stderr.includes(says), error.stderr);
        return true;
      });
    });
  }

  it('another spec for a LoadTest that has started', async () => {
    const spec: Spec = {
      target: { url: place.url('/once') },
      load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 5 }] } },
    };
    await place.runToEnd('once', spec);
    await assert.rejects(place.start('once', { ...spec, runners: { replicas: 2 } }), /immutable/);
  });
});
