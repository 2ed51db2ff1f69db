import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { readYaml } from '../../../cli/input/yaml/read-yaml.ts';
import { yamlText } from '../../../render/yaml-text.ts';

describe('a value as YAML', () => {
  const words = [
    'yes',
    'n',
    'On',
    '010',
    '0o17',
    '08',
    '1_000',
    '1e400',
    '~',
    '',
    '<<',
    '.5',
    '-',
    '2001-12-14',
    'a: b',
    '# c',
  ];
  const odd = ['a\u2028b', '\u0085', '\n\ta', '\tb\n', '\u0007', 'x\n\n', '💥', '*a', '&a', '%a', '@a', '{', '"', "'"];
  const value = {
    texts: [...words, ...odd],
    keys: Object.fromEntries([...words, ...odd].map((text, i) => [text, i])),
    others: [true, null, 1.5, 8414239796945638000, {}, []],
  };
  it('is the same value to kubectl', () => {
    const { values, faults } = readYaml(yamlText(value));
    assert.deepEqual(faults, []);
    assert.deepEqual(JSON.parse(JSON.stringify(values, (_, v) => (typeof v === 'bigint' ? Number(v) : v))), [value]);
  });
  it('is the same value to readers of YAML 1.2', () => assert.deepEqual(parse(yamlText(value)), value));
  it('has quotes only where a word is no text', () =>
    assert.equal(yamlText({ name: 'yes', path: '/a?b=1', time: '2s' }), 'name: "yes"\npath: /a?b=1\ntime: 2s\n'));
});
