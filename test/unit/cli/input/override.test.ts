import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOverride, parseOverride } from '../../../../cli/input/override.ts';

const spec = { target: { url: 'http://a' }, load: { open: { stages: [{ rate: 1 }, { rate: 2 }] } } };

/** The spec with overrides, or the first problem. */
function set(...texts: string[]): unknown {
  let current: unknown = spec;
  for (const text of texts) {
    const parsed = parseOverride(text);
    if ('problem' in parsed) return parsed.problem;
    const applied = applyOverride(current, parsed.override);
    if ('problem' in applied) return applied.problem;
    current = applied.spec;
  }
  return current;
}

const results: [string, string[], unknown][] = [
  ['replaces a text', ['target.url=http://b:1/x'], { ...spec, target: { url: 'http://b:1/x' } }],
  ['keeps an = in the value', ['target.url=a=b'], { ...spec, target: { url: 'a=b' } }],
  ['adds a number', ['load.open.maxInFlight=50'], { ...spec, load: { open: { ...spec.load.open, maxInFlight: 50 } } }],
  ['reads a quoted number as text', ['a="50"'], { ...spec, a: '50' }],
  ['reads a percentage as text', ['a=0.5%'], { ...spec, a: '0.5%' }],
  ['reads a boolean', ['suspend=true'], { ...spec, suspend: true }],
  ['reads a list', ['a=[1, x]'], { ...spec, a: [1, 'x'] }],
  ['reads an empty value as null, which removes', ['target='], { load: spec.load }],
  ['removes a field by null', ['target.url=null'], { ...spec, target: {} }],
  ['removes a missing field without a problem', ['none.such=null'], { ...spec, none: {} }],
  [
    'replaces in a list',
    ['load.open.stages[1].rate=9'],
    { ...spec, load: { open: { stages: [{ rate: 1 }, { rate: 9 }] } } },
  ],
  [
    'appends to a list',
    ['load.open.stages[2]={rate: 3}'],
    { ...spec, load: { open: { stages: [{ rate: 1 }, { rate: 2 }, { rate: 3 }] } } },
  ],
  ['removes from a list', ['load.open.stages[0]=null'], { ...spec, load: { open: { stages: [{ rate: 2 }] } } }],
  ['creates missing parents', ['thresholds[0].metric=rate'], { ...spec, thresholds: [{ metric: 'rate' }] }],
  ['treats an escaped dot as part of a name', ['l.a\\.b/c=x'], { ...spec, l: { 'a.b/c': 'x' } }],
  ['applies overrides in order', ['a.b=1', 'a.c=2'], { ...spec, a: { b: 1, c: 2 } }],
  [
    'does not reach a prototype',
    ['__proto__.polluted=1'],
    Object.defineProperty({ ...spec }, '__proto__', {
      value: { polluted: 1 },
      enumerable: true,
      configurable: true,
      writable: true,
    }),
  ],
];

for (const [name, texts, expected] of results) {
  test(`--set ${name}`, () => assert.deepEqual(set(...texts), expected));
}

const problems: [string, string, RegExp][] = [
  ['no =', 'load.open', /must be PATH=VALUE/],
  ['no path', '=1', /the empty path is not a path/],
  ['an empty step', 'a..b=1', /a\.\.b is not a path/],
  ['an index that is not a number', 'a[x]=1', /a\[x\] is not a path/],
  [
    'a path from the root',
    'spec.load.open.startRate=1',
    /^--set spec\.load\.open\.startRate=1: paths start inside the spec: load\.open\.startRate$/,
  ],
  ['a value that is not YAML', 'a={b', /--set a=\{b: the value is not YAML/],
  ['an index of an object', 'target[0]=1', /target is an object/],
  ['a field of a list', 'load.open.stages.rate=1', /load\.open\.stages is a list/],
  ['a field of a text', 'target.url.host=1', /target\.url is a plain value/],
  ['an index past the end', 'load.open.stages[3].rate=1', /\[3\] is past the end of a list of 2/],
  ['a hole in a new list', 'thresholds[1].metric=rate', /\[1\] is past the end of a list of 0/],
];

for (const [name, text, expected] of problems) {
  test(`--set refuses ${name}`, () => assert.match(String(set(text)), expected));
}

test('--set does not modify the given spec', () => {
  const before = structuredClone(spec);
  set('target.url=x', 'load.open.stages[0]=null');
  assert.deepEqual(spec, before);
});
