import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldNames } from '../../../api/common/misspelt/field-names.ts';
import { problemsOf } from '../../../api/common/problems.ts';
import { loadTestSchema } from '../../../api/loadtest/loadtest.ts';
import { scheduledLoadTestSchema } from '../../../api/scheduled/scheduled-loadtest.ts';

const spec = (more: object) => ({
  apiVersion: 'loadtest.dev/v1alpha1',
  kind: 'LoadTest',
  metadata: { name: 'a' },
  spec: { target: { url: 'http://a' }, load: { type: 'Closed', closed: { users: 1, duration: '1s' } }, ...more },
});
const target = (more: object) => ({ target: { url: 'https://a', ...more } });
const rows: [place: string, more: object, problem: string][] = [
  ['the spec', { threshold: [] }, 'spec.threshold: unknown field; did you mean thresholds?'],
  [
    'an object',
    { target: { url: 'http://a', timout: '1s' } },
    'spec.target.timout: unknown field; did you mean timeout?',
  ],
  [
    'a load',
    { load: { type: 'Closed', closed: { users: 1, duration: '1s', rampup: '1s' } } },
    'spec.load.closed.rampup: unknown field; did you mean rampUp?',
  ],
  ['a list', { requests: [{ name: 'r', paht: '/' }] }, 'spec.requests[0].paht: unknown field; did you mean path?'],
  [
    'a list in an object',
    { load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1, raet: 1 }] } } },
    'spec.load.open.stages[0].raet: unknown field; did you mean rate?',
  ],
  [
    'a header',
    { requests: [{ name: 'r', headers: [{ name: 'a', value: 'b', valuefrom: {} }] }] },
    'spec.requests[0].headers[0].valuefrom: unknown field; did you mean valueFrom?',
  ],
  ['nothing near', { colour: 1 }, 'spec.colour: unknown field'],
  ['nothing near, but many alike', target({ http: { maxWait: 1 } }), 'spec.target.http.maxWait: unknown field'],
  [
    'a field that begins with it',
    target({ tls: { ca: 1 } }),
    'spec.target.tls.ca: unknown field; did you mean caFrom?',
  ],
  [
    'a field that begins with the same word',
    target({ tls: { caBundle: 1 } }),
    'spec.target.tls.caBundle: unknown field; did you mean caFrom?',
  ],
  [
    'a field within it',
    target({ requestTimeout: '1s' }),
    'spec.target.requestTimeout: unknown field; did you mean timeout?',
  ],
  [
    'two fields that begin with it',
    { requests: [{ name: 'r', expect: { body: 'a' } }] },
    'spec.requests[0].expect.body: unknown field; did you mean bodyContains or bodyMatches?',
  ],
  [
    'a field of an object below',
    { load: { type: 'Open', open: { stages: [{ duration: '1s', rate: 1 }], rate: 1 } } },
    'spec.load.open.rate: unknown field; did you mean spec.load.open.stages[].rate?',
  ],
  [
    'a field of another object',
    target({ resources: {} }),
    'spec.target.resources: unknown field; did you mean spec.runners.template.resources?',
  ],
  [
    'two fields of other objects',
    { duration: '1s' },
    'spec.duration: unknown field; did you mean spec.load.closed.duration or spec.load.open.stages[].duration?',
  ],
];
for (const [place, more, problem] of rows)
  test(`a misspelt field in ${place}: ${problem}`, () => {
    const { error } = loadTestSchema.safeParse(spec(more));
    assert.deepEqual(
      problemsOf(error!, loadTestSchema).map(({ path, message }) => `${path}: ${message}`),
      [problem],
    );
  });

const numbers: [place: string, more: object, problem: string][] = [
  [
    'a duration',
    { target: { url: 'http://a', timeout: 5 } },
    'spec.target.timeout: must be a duration such as 250ms, 2s or 1m30s',
  ],
  ['a path', { requests: [{ name: 'r', path: 5 }] }, 'spec.requests[0].path: must begin with "/" or "?"'],
  [
    'text that may be a number',
    { requests: [{ name: 5 }] },
    'spec.requests[0].name: must be text (in quotes when it looks like a number)',
  ],
];
for (const [place, more, problem] of numbers)
  test(`a number for ${place}: ${problem}`, () => {
    const { error } = loadTestSchema.safeParse(spec(more), { reportInput: true });
    assert.deepEqual(
      problemsOf(error!, loadTestSchema).map(({ path, message }) => `${path}: ${message}`),
      [problem],
    );
  });

test('a misspelt field in a scheduled test', () => {
  const path = ['spec', 'loadTestTemplate', 'spec', 'load', 'open'];
  assert.ok(fieldNames(scheduledLoadTestSchema, path).includes('maxInFlight'));
});

test('a map of any names has no field to suggest', () => {
  assert.deepEqual(fieldNames(loadTestSchema, ['spec', 'runners', 'template', 'nodeSelector']), []);
});
