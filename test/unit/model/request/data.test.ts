import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { keyReferences, referencePath } from '../../../../api/loadtest/references.ts';
import { prepareTests } from '../../../../cli/input/prepare-tests.ts';
import { numberAt, type Stripe } from '../../../../model/load/stripe.ts';
import { parseTable, rowChooser } from '../../../../model/request/data.ts';
import { readTable } from '../../../../runner/request/variables.ts';
import { notTextProblem } from '../../../../runner/values/utf8-text.ts';

const TABLES: [title: string, format: 'CSV' | 'JSON', text: string, columns: string[], rows: string[][]][] = [
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
    'CSV with CRLF and without a final line break',
    'CSV',
    'a,b\r\n1,2\r\n3,',
    ['a', 'b'],
    [
      ['1', '2'],
      ['3', ''],
    ],
  ],
  ['quoted fields with commas, quotes and lines', 'CSV', 'a\n"x,""y""\nz"\n', ['a'], [['x,"y"\nz']]],
  [
    'quotes within a field, as logs have them',
    'CSV',
    'a,b\n/x?q="y",5" pipe\n"",x"\n',
    ['a', 'b'],
    [
      ['/x?q="y"', '5" pipe'],
      ['', 'x"'],
    ],
  ],
  ['a byte order mark and empty lines', 'CSV', '\ufeffa\n\n1\n\n2\n', ['a'], [['1'], ['2']]],
  ['a row that is one empty field in quotes', 'CSV', 'a\n1\n""\n\n3\n""', ['a'], [['1'], [''], ['3'], ['']]],
  ['rows of empty fields in quotes with CRLF', 'CSV', '"a"\r\n""\r\n\r\n', ['a'], [['']]],
  ['JSON with a byte order mark', 'JSON', '\ufeff[{"a":1}]', ['a'], [['1']]],
  ['an empty quoted field at the end', 'CSV', 'a,b\n1,""', ['a', 'b'], [['1', '']]],
  [
    'JSON of all scalar types',
    'JSON',
    '[{"a":"x","b":1},{"b":true,"c":null}]',
    ['a', 'b', 'c'],
    [
      ['x', '1', ''],
      ['', 'true', ''],
    ],
  ],
  [
    'JSON with numbers that doubles cannot represent',
    'JSON',
    '[{"a":1.10,"b":9007199254740993},{"a":-0.5,"b":1E3}]',
    ['a', 'b'],
    [
      ['1.10', '9007199254740993'],
      ['-0.5', '1E3'],
    ],
  ],
];
for (const [title, format, text, columns, rows] of TABLES)
  test(`parseTable parses ${title}`, () => assert.deepEqual(parseTable(text, format), { columns, rows }));

const INVALID: [title: string, format: 'CSV' | 'JSON', text: string, problem: string][] = [
  ['an empty file', 'CSV', '', 'has no rows'],
  ['a file of column names only', 'CSV', 'a,b\n', 'has no rows'],
  ['a row with too many fields', 'CSV', 'a\n1\n1,2\n', 'row 2 has 2 fields, but there are 1 columns'],
  ['an unclosed quote', 'CSV', 'a\n"1\n', 'line 2, field 1 is not valid CSV: a quote is not closed'],
  [
    'text after a quoted field',
    'CSV',
    'a,b\n1,"1"2\n',
    'line 2, field 2 is not valid CSV: text follows the closing quote of a field',
  ],
  ['carriage returns alone', 'CSV', 'a\r1\r', 'line 1, field 1 is not valid CSV: a carriage return alone ends it'],
  ['two columns with one name', 'CSV', 'a,a\n1,2\n', 'has two columns "a"'],
  ['an object', 'JSON', '{}', 'is not a JSON list'],
  ['an empty list', 'JSON', '[]', 'has no rows'],
  ['nested rows', 'JSON', '[{"a":1},{"a":[1]}]', 'row 2 is not a flat object'],
];
for (const [title, format, text, problem] of INVALID)
  test(`parseTable refuses ${title}`, () => assert.deepEqual(parseTable(text, format), { problem }));

test('parseTable refuses invalid JSON with the reason', () => {
  const table = parseTable('[1,', 'JSON');
  assert.ok('problem' in table && table.problem.startsWith('is not valid JSON: '));
});

const ALL: Stripe = { index: 0, count: 1 };

/** The rows of the first arrivals of each series, `columns` of them. */
function rowsUsed(rows: number, series: number, columns: number): number[][] {
  return Array.from({ length: series }, (_, index) => {
    const own = { index, count: series };
    const choose = rowChooser(rows, 'Sequential', 1, own);
    return Array.from({ length: columns }, (_, place) => choose(numberAt(own, place)));
  });
}

const SEQUENTIAL: [sentence: string, rows: number, series: number, used: number[][]][] = [
  ['one series uses every row before it repeats any', 3, 1, [[0, 1, 2, 0, 1, 2, 0]]],
  [
    'two series divide the rows, and each repeats its own',
    6,
    2,
    [
      [0, 2, 4, 0, 2, 4, 0],
      [1, 3, 5, 1, 3, 5, 1],
    ],
  ],
  [
    'with a remainder the first series have one row more',
    7,
    3,
    [
      [0, 3, 6, 0, 3, 6, 0],
      [1, 4, 1, 4, 1, 4, 1],
      [2, 5, 2, 5, 2, 5, 2],
    ],
  ],
  [
    'as many series as rows use one each',
    2,
    2,
    [
      [0, 0, 0, 0, 0, 0, 0],
      [1, 1, 1, 1, 1, 1, 1],
    ],
  ],
  [
    'more series than rows share them',
    2,
    3,
    [
      [0, 0, 0, 0, 0, 0, 0],
      [1, 1, 1, 1, 1, 1, 1],
      [0, 0, 0, 0, 0, 0, 0],
    ],
  ],
];
for (const [sentence, rows, series, used] of SEQUENTIAL)
  test(`with Sequential order ${sentence}`, () => assert.deepEqual(rowsUsed(rows, series, 7), used));

test('with Random order rows are chosen evenly, and depend on the seed', () => {
  const choose = rowChooser(5, 'Random', 1, ALL);
  const counts = [0, 0, 0, 0, 0];
  for (let arrival = 0; arrival < 10_000; arrival++) counts[choose(arrival)]!++;
  for (const count of counts) assert.ok(Math.abs(count - 2000) < 200, `${count}`);
  const other = rowChooser(5, 'Random', 2, ALL);
  assert.ok(Array.from({ length: 100 }, (_, i) => choose(i) === other(i)).includes(false));
});

test('the problem of a missing column names the request that uses it and the existing columns', () => {
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
      'data: key "users.csv" of ConfigMap "users" has no column "mail", which request "login" uses; it has user, email; did you mean email?',
  });
  const hints: [header: string, hint: string][] = [
    ['user;mail', 'it has user;mail: CSV separates fields by commas, and not by ";"'],
    ['user\tmail', 'it has user\tmail: CSV separates fields by commas, and not by tabs'],
    ['User,Mail', 'it has User, Mail; did you mean User?'],
    ['user, mail', 'it has user,  mail; did you mean  mail?'],
    ['user,address', 'it has user, address'],
  ];
  for (const [header, hint] of hints) {
    const read = readTable(spec, values(`${header}\nx${header.includes(',') ? ',y' : ''}\n`));
    assert.ok('problem' in read && read.problem.endsWith(hint), JSON.stringify(read));
  }
});

const NOT_UTF8: [what: string, bytes: Buffer, problem: string][] = [
  ['in Windows-1252', Buffer.from('user,mail\na,b\ngrüße,c\n', 'latin1'), 'is not UTF-8 in line 3: save it as UTF-8'],
  ['in UTF-16', Buffer.from('\ufeffuser,mail\na,b\n', 'utf16le'), 'is UTF-16: save it as UTF-8'],
  ['cut in a character', Buffer.from('user,mail\na,ü').subarray(0, -1), 'is not UTF-8 in line 2: save it as UTF-8'],
];
for (const [what, bytes, problem] of NOT_UTF8)
  test(`data ${what} are refused with the line, and so are scripts and form fields`, () => {
    const where = { name: 'users', key: 'users.csv' };
    const spec = loadTestSpecSchema.parse({
      target: { url: 'http://shop' },
      data: { from: { configMapKeyRef: where }, format: 'CSV' },
      script: { configMapKeyRef: { ...where, key: 'a.js' } },
      requests: [
        {
          name: 'login',
          method: 'POST',
          body: { type: 'Form', form: [{ name: 'f', valueFrom: { secretKeyRef: where } }] },
        },
      ],
      load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
    });
    const values = (script: Buffer, form: Buffer) =>
      new Map([
        ['ConfigMap/users/users.csv', bytes],
        ['ConfigMap/users/a.js', script],
        ['Secret/users/users.csv', form],
      ]);
    const good = Buffer.from('ü');
    assert.deepEqual(readTable(spec, values(good, good)), {
      problem: `data: key "users.csv" of ConfigMap "users" ${problem}`,
    });
    assert.equal(notTextProblem(spec, values(bytes, good)), `script: key "a.js" of ConfigMap "users" ${problem}`);
    assert.equal(
      notTextProblem(spec, values(good, bytes)),
      `request "login", form f: key "users.csv" of Secret "users" ${problem}`,
    );
    assert.equal(notTextProblem(spec, values(good, good)), undefined);
  });

test('the key references of a spec include its data and its files', () => {
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

test('a local run reports a problem with its data before it sends a request', () => {
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
        'f.yaml:12:3: LoadTest a: data: key "rows.csv" of ConfigMap "users" has no column "user", which request "r" uses; it has name',
      ],
    },
  );
});
