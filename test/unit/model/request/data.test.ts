import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { keyReferences, referencePath } from '../../../../api/loadtest/references.ts';
import { prepareTests } from '../../../../cli/input/prepare-tests.ts';
import { parseTable, rowChooser } from '../../../../model/request/data.ts';
import { readTable } from '../../../../runner/request/variables.ts';

const TABLES: [what: string, format: 'CSV' | 'JSON', text: string, columns: string[], rows: string[][]][] = [
  [
    'plain CSV',
    'CSV',
    'a,b\n1,2\n3,4\n',
    ['a', 'b'],
    [
      ['1', '2'],
      ['3', '4'],
    ],
  ],
  [
    'CSV with CRLF and no last line end',
    'CSV',
    'a,b\r\n1,2\r\n3,',
    ['a', 'b'],
    [
      ['1', '2'],
      ['3', ''],
    ],
  ],
  ['quoted fields with commas, quotes and lines', 'CSV', 'a\n"x,""y""\nz"\n', ['a'], [['x,"y"\nz']]],
  ['a byte order mark and empty lines', 'CSV', '\ufeffa\n\n1\n\n2\n', ['a'], [['1'], ['2']]],
  ['an empty quoted field at the end', 'CSV', 'a,b\n1,""', ['a', 'b'], [['1', '']]],
  [
    'JSON of all plain types',
    'JSON',
    '[{"a":"x","b":1},{"b":true,"c":null}]',
    ['a', 'b', 'c'],
    [
      ['x', '1', ''],
      ['', 'true', ''],
    ],
  ],
  [
    'JSON with numbers as they are written',
    'JSON',
    '[{"a":1.10,"b":9007199254740993},{"a":-0.5,"b":1E3}]',
    ['a', 'b'],
    [
      ['1.10', '9007199254740993'],
      ['-0.5', '1E3'],
    ],
  ],
];
for (const [what, format, text, columns, rows] of TABLES)
  test(`${what} is read`, () => assert.deepEqual(parseTable(text, format), { columns, rows }));

const WRONG: [what: string, format: 'CSV' | 'JSON', text: string, says: string][] = [
  ['an empty file', 'CSV', '', 'has no rows'],
  ['a file of column names alone', 'CSV', 'a,b\n', 'has no rows'],
  ['a row with too many fields', 'CSV', 'a\n1\n1,2\n', 'row 2 has 2 fields, and there are 1 columns'],
  ['a quote that is not closed', 'CSV', 'a\n"1\n', 'line 2 is no CSV'],
  ['text behind a quoted field', 'CSV', 'a\n"1"2\n', 'line 2 is no CSV'],
  ['two columns of one name', 'CSV', 'a,a\n1,2\n', 'has two columns "a"'],
  ['an object', 'JSON', '{}', 'is no JSON list'],
  ['an empty list', 'JSON', '[]', 'has no rows'],
  ['nested rows', 'JSON', '[{"a":1},{"a":[1]}]', 'row 2 is no flat object'],
];
for (const [what, format, text, says] of WRONG)
  test(`${what} is refused`, () => assert.deepEqual(parseTable(text, format), { problem: says }));

test('text that is no JSON is refused with the reason', () => {
  const table = parseTable('[1,', 'JSON');
  assert.ok('problem' in table && table.problem.startsWith('is no JSON: '));
});

test('sequential: three engines together use every row once before any comes again', () => {
  const choose = rowChooser(7, 'Sequential', 1);
  const used = [0, 1, 2].flatMap((engine) => Array.from({ length: 7 }, (_, i) => choose(engine + 3 * i)));
  assert.deepEqual(
    used.sort(),
    [0, 1, 2, 3, 4, 5, 6].flatMap((row) => [row, row, row]),
  );
});

test('random: rows are drawn evenly, and by the seed', () => {
  const choose = rowChooser(5, 'Random', 1);
  const counts = [0, 0, 0, 0, 0];
  for (let arrival = 0; arrival < 10_000; arrival++) counts[choose(arrival)]!++;
  for (const count of counts) assert.ok(Math.abs(count - 2000) < 200, `${count}`);
  const other = rowChooser(5, 'Random', 2);
  assert.ok(Array.from({ length: 100 }, (_, i) => choose(i) === other(i)).includes(false));
});

test('a column that a request uses and the data lack is named, with those that there are', () => {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://shop' },
    data: { from: { configMapKeyRef: { name: 'users', key: 'users.csv' } }, format: 'CSV' },
    requests: [
      { name: 'login', method: 'POST', body: { type: 'JSON', json: { who: ['${data.user}', '${data.mail}'] } } },
    ],
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  });
  const values = (text: string) => new Map([['ConfigMap/users/users.csv', Buffer.from(text)]]);
  assert.deepEqual(readTable(spec, values('user,mail\na,b\n')), { columns: ['user', 'mail'], rows: [['a', 'b']] });
  assert.deepEqual(readTable(spec, values('user,email\na,b\n')), {
    problem:
      'data: key "users.csv" of ConfigMap "users" has no column "mail", which request "login" uses; it has user, email',
  });
});

test('rows and files are among what a runner pod mounts and a local run looks for', () => {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://shop' },
    data: { from: { secretKeyRef: { name: 'users', key: 'users.csv' } }, format: 'CSV' },
    requests: [
      {
        name: 'upload',
        method: 'POST',
        body: {
          type: 'Multipart',
          multipart: [{ name: 'f', valueFrom: { configMapKeyRef: { name: 'files', key: 'a.jpg' } } }],
        },
      },
    ],
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  });
  assert.deepEqual(keyReferences(spec).map(referencePath), ['Secret/users/users.csv', 'ConfigMap/files/a.jpg']);
});

test('a local run says what is wrong with the rows before it sends anything', () => {
  const text = (rows: string) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: users}
data: {rows.csv: "${rows}"}
---
apiVersion: loadtest.dev/v1alpha1
kind: LoadTest
metadata: {name: a}
spec:
  target: {url: http://shop}
  data: {from: {configMapKeyRef: {name: users, key: rows.csv}}, format: CSV}
  requests: [{name: r, path: "/\${data.user}"}]
  load: {type: Closed, closed: {users: 1, iterations: 1}}
`;
  assert.ok('tests' in prepareTests(text('user\\nada\\n'), 'f.yaml', [], (prefix) => prefix));
  assert.deepEqual(
    prepareTests(text('name\\nada\\n'), 'f.yaml', [], (prefix) => prefix),
    {
      problems: [
        'f.yaml: LoadTest a: data: key "rows.csv" of ConfigMap "users" has no column "user", which request "r" uses; it has name',
      ],
    },
  );
});
