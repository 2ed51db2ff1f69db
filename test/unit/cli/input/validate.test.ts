import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatProblem, validateText } from '../../../../cli/input/validate.ts';
import { valueProblems } from '../../../../cli/input/value-problems.ts';

const loadTest = (metadata: string) =>
  `apiVersion: loadtest.dev/v1alpha1\nkind: LoadTest\nmetadata: ${metadata}\nspec: {target: {url: "http://a.test"}, load: {type: Closed, closed: {users: 1, iterations: 1}}}\n`;
const configMap = (rest: string, metadata = '{name: a}') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\n${rest}\n`;
const secret = (rest: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n${rest}\n`;

/** Line, path and message of each problem of a text. */
const problemsOf = (text: string) =>
  validateText(text, 'f.yaml').problems.map(({ position, path, message }) => `${position} ${path}: ${message}`);

const KEY = 'the key must be a name such as team or example.com/team';

describe('metadata is refused as the API server refuses it', () => {
  const cases: [what: string, metadata: string, problem: string | RegExp][] = [
    ['an unknown field', '{name: a, foo: b}', '3:21 metadata.foo: unknown field'],
    [
      'a label that is a number',
      '{name: a, labels: {n: "1", "n2": 7}}',
      /^3:\d+ metadata\.labels\.n2: must be text: write "7" in quotes$/,
    ],
    [
      'a label that is a word',
      '{name: a, labels: {canary: no}}',
      /metadata\.labels\.canary: must be text: write "no" in quotes$/,
    ],
    ['a key with a space', '{name: a, labels: {"bad key!": x}}', `3:30 metadata.labels.bad key!: ${KEY}`],
    ['a key with two slashes', '{name: a, annotations: {b/c/d: x}}', `3:35 metadata.annotations.b/c/d: ${KEY}`],
    ['a prefix in capitals', '{name: a, labels: {A.b/c: x}}', `3:30 metadata.labels.A.b/c: ${KEY}`],
    ['a key of 64 characters', `{name: a, labels: {${'k'.repeat(64)}: x}}`, /the key must be a name/],
    [
      'a label value with spaces',
      '{name: a, labels: {team: not a value}}',
      /metadata\.labels\.team: must be a label value/,
    ],
    [
      'a label value of 64 characters',
      `{name: a, labels: {team: ${'x'.repeat(64)}}}`,
      /metadata\.labels\.team: must have at most 63/,
    ],
    [
      'a namespace with capitals',
      '{name: a, namespace: Not_A}',
      /^3:21 metadata\.namespace: must be the name of a namespace/,
    ],
    ['a namespace with a dot', '{name: a, namespace: a.b}', /metadata\.namespace: must be the name of a namespace/],
    ['an annotation that is a list', '{name: a, annotations: {b: [1]}}', /metadata\.annotations\.b: must be text/],
    [
      'annotations of more than 256 KiB',
      `{name: a, annotations: {b: ${'x'.repeat(262144)}}}`,
      /metadata\.annotations: must have at most 262144 bytes in all, and has 262145$/,
    ],
    ['a finalizer with a space', '{name: a, finalizers: [a b]}', /metadata\.finalizers\[0\]: must be a name such as/],
    [
      'an owner without a UID',
      '{name: a, ownerReferences: [{apiVersion: v1, kind: Pod, name: b}]}',
      /metadata\.ownerReferences\[0\]\.uid: is required/,
    ],
  ];
  for (const [what, metadata, problem] of cases)
    it(`${what}, of a LoadTest and of a ConfigMap`, () => {
      for (const text of [loadTest(metadata), configMap('data: {}', metadata)]) {
        const problems = problemsOf(text);
        assert.equal(problems.length, 1, problems.join('\n'));
        if (typeof problem === 'string') assert.equal(problems[0], problem);
        else assert.match(problems[0]!, problem);
      }
    });

  it('metadata as the API server returns it is accepted', () => {
    const metadata = `{name: a, namespace: shop, uid: b, resourceVersion: "5", generation: 1, creationTimestamp: null, labels: {a.b/C: x, team: }, annotations: {A.b/C: "x y", z: }, finalizers: [foregroundDeletion], managedFields: [{manager: kubectl}]}`;
    assert.deepEqual(problemsOf(loadTest(metadata)), []);
    assert.deepEqual(problemsOf(configMap('', metadata)), []);
  });
});

describe('a file', () => {
  it('with two objects of one kind and name is refused, at the second', () => {
    const text = [loadTest('{name: a}'), configMap(''), loadTest('{name: a, namespace: default}')].join('---\n');
    assert.deepEqual(problemsOf(text), [
      '13:12 metadata.name: another document of the file has this kind, name and namespace, and kubectl would apply one over the other',
    ]);
    assert.deepEqual(problemsOf([loadTest('{name: a}'), loadTest('{name: a, namespace: b}')].join('---\n')), []);
  });

  it('with an object that only a server-side apply takes has a note', () => {
    const notes = (size: number) => validateText(`\n${configMap(`data: {a: "${'x'.repeat(size)}"}`)}`, 'f.yaml').notes;
    assert.deepEqual(notes(261_800), []);
    assert.deepEqual(notes(262_100), [
      'f.yaml:2:1: ConfigMap a has 262266 bytes: kubectl apply takes 262144 at most, and kubectl apply --server-side all of it',
    ]);
  });
});

describe('values in the file of their test', () => {
  const withRows = (base64: string, key = 'rows') =>
    validateText(
      [
        configMap(`binaryData: {${key}: ${base64}}`),
        loadTest('{name: t}').replace(
          'target:',
          'data: {from: {configMapKeyRef: {name: a, key: rows}}, format: CSV}, target:',
        ),
      ].join('---\n'),
      'f.yaml',
    ).documents;
  it('are checked with it', () => {
    const latin1 = Buffer.from('id\ngrüße\n', 'latin1').toString('base64');
    assert.deepEqual(valueProblems(withRows(latin1), 'f.yaml').map(formatProblem), [
      'f.yaml:9:8: LoadTest t: data: key "rows" of ConfigMap "a" is not UTF-8 in line 2: save it as UTF-8',
    ]);
    assert.deepEqual(valueProblems(withRows('aWQKMQo='), 'f.yaml'), []);
  });
  it('are missing where their ConfigMap is there and lacks them', () =>
    assert.deepEqual(valueProblems(withRows('aWQKMQo=', 'row'), 'f.yaml').map(formatProblem), [
      'f.yaml:9:1: LoadTest t: the spec refers to key "rows" of ConfigMap "a", which has no such key',
    ]));
  it('are not checked where some are elsewhere', () =>
    assert.deepEqual(valueProblems(withRows('aWQKMQo=').slice(1), 'f.yaml'), []));
});

describe('a Secret or ConfigMap is refused as the API server refuses it', () => {
  const cases: [what: string, text: string, problem: string | RegExp][] = [
    ['a name in capitals', configMap('', '{name: UPPER_Case}'), /^3:12 metadata\.name: must be the name of an object/],
    ['without a name', configMap('', '{}'), /metadata\.name: is required/],
    ['an unknown field', configMap('foo: 1'), '4:1 foo: unknown field'],
    ['a key with a space', configMap('data: {"a b": x}'), /^4:8 data\.a b: the key must consist of letters/],
    ['the key ..', configMap('data: {"..": x}'), /^4:8 data\.\.\.: the key must consist of/],
    ['a value that is a number', configMap('data: {a: 010}'), '4:8 data.a: must be text: write "010" in quotes'],
    ['a value that is a word', secret('stringData: {a: on}'), '4:14 stringData.a: must be text: write "on" in quotes'],
    [
      'a key in both maps',
      configMap('data: {a: x}\nbinaryData: {a: eA==}'),
      '4:8 data.a: the key stands in binaryData, too',
    ],
    [
      'values of more than 1 MiB',
      configMap(`data: {a: ${'x'.repeat(1024 * 1024)}, b: z}`),
      /its values have 1048577 bytes, and an object holds at most 1048576: divide/,
    ],
    [
      'bytes of more than 1 MiB',
      secret(`data: {a: ${Buffer.alloc(1024 * 1024 + 1).toString('base64')}}`),
      /its values have 1048577 bytes/,
    ],
    ['data that is not base64', secret('data: {a: aGk}'), '4:8 data.a: must be base64'],
    [
      'a type without its key',
      secret('type: kubernetes.io/basic-auth\nstringData: {other: x}'),
      /data: must have the key username or password, as the type is kubernetes\.io\/basic-auth/,
    ],
    ['immutable as text', configMap('immutable: "true"'), '4:1 immutable: must be true or false'],
  ];
  for (const [what, text, problem] of cases)
    it(what, () => {
      const problems = problemsOf(text);
      assert.equal(problems.length, 1, problems.join('\n'));
      if (typeof problem === 'string') assert.equal(problems[0], problem);
      else assert.match(problems[0]!, problem);
    });

  for (const [kind, field] of [
    ['ConfigMap', 'data'],
    ['ConfigMap', 'binaryData'],
    ['Secret', 'data'],
    ['Secret', 'stringData'],
  ])
    it(`a key without a value in ${field} of a ${kind}, which kubectl apply drops`, () =>
      assert.deepEqual(problemsOf(`apiVersion: v1\nkind: ${kind}\nmetadata: {name: a}\n${field}:\n  token:\n`), [
        `5:3 ${field}.token: has no value, and kubectl apply drops such a key: write "" for empty text`,
      ]));

  it('what it takes is accepted', () => {
    const texts = [
      configMap('data: {a: "", b.c_D-1: x}\nbinaryData: {e: eA==}\nimmutable: true'),
      configMap('data:\nbinaryData: {}'),
      configMap(`data: {a: ${'x'.repeat(1024 * 1024)}}`),
      secret('data:\n  a: |\n    aGk=\n    \n  b: "aGl="\ntype: Opaque'),
      secret('type: kubernetes.io/tls\nstringData: {tls.crt: a, tls.key: b}'),
      secret(`data: {a: ${Buffer.alloc(1024 * 1024).toString('base64')}}\nstringData: {a: x}`),
    ];
    for (const text of texts) assert.deepEqual(problemsOf(text), []);
  });
});
