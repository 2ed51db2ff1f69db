import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCurrent } from '../../../scripts/installed.mjs';

const a = { version: '1.0.0', integrity: 'sha512-a' };
const b = { version: '2.0.0', integrity: 'sha512-b' };
const lock = { packages: { '': { version: '9' }, 'node_modules/a': a, 'node_modules/b': { ...b, optional: true } } };

const cases: [string, boolean, Parameters<typeof isCurrent>[1]][] = [
  ['nothing was installed', false, undefined],
  ['npm left no packages', false, {}],
  ['all packages are as locked', true, { packages: { 'node_modules/a': a, 'node_modules/b': b } }],
  ['an optional package of another platform is missing', true, { packages: { 'node_modules/a': a } }],
  ['a package is missing', false, { packages: { 'node_modules/b': b } }],
  ['a package has another version', false, { packages: { 'node_modules/a': { ...a, version: '1.0.1' } } }],
  ['a package has other content', false, { packages: { 'node_modules/a': { ...a, integrity: 'sha512-x' } } }],
  ['a package is no longer locked', false, { packages: { 'node_modules/a': a, 'node_modules/c': a } }],
];

for (const [name, expected, installed] of cases) {
  test(`dependencies are ${expected ? 'current' : 'stale'} when ${name}`, () =>
    assert.equal(isCurrent(lock, installed), expected));
}
