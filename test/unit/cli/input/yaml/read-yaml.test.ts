import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readYaml } from '../../../../../cli/input/yaml/read-yaml.ts';

/** The values of a text, or its faults with line and column. */
function read(text: string): unknown {
  const { values, faults, places } = readYaml(text);
  if (faults.length > 0) return faults.map(({ offset, message }) => `${places.lineAndColumn(offset)} ${message}`);
  return values;
}

/** The value of `a: TEXT`. */
const valueOfField = (text: string) => ((read(`a: ${text}\n`) as { a: unknown }[])[0] as { a: unknown }).a;

describe('a scalar without quotes is read as kubectl reads it', () => {
  const cases: [text: string, value: unknown][] = [
    ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true'].map((t): [string, unknown] => [t, true]),
    ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'False'].map((t): [string, unknown] => [t, false]),
    ...['', '~', 'null', 'Null', 'NULL'].map((t): [string, unknown] => [t, null]),
    ...['yES', 'oN', 'nULL', 'tRUE', '=', '0x', '0b', '1.2.3', '_1', '._5', '1e400'].map((t): [string, unknown] => [
      t,
      t,
    ]),
    ['0777', 511],
    ['007', 7],
    ['08', 8],
    ['0o17', 15],
    ['0x1F', 31],
    ['-0x10', -16],
    ['0b11', 3],
    ['1_000', 1000],
    ['1_000.5', 1000.5],
    ['+1', 1],
    ['-0', 0],
    ['1.10', 1.1],
    ['.5', 0.5],
    ['1.', 1],
    ['1e3', 1000],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-8414239796945638123', -8414239796945638123n],
    ['0x7fffffffffffffff', 9223372036854775807n],
    // Times and numbers of base 60 are text to Go.
    ['2001-12-14', '2001-12-14'],
    ['12:30:45', '12:30:45'],
    ['190:20', '190:20'],
  ];
  for (const [text, value] of cases)
    it(`${text || 'nothing'} is ${String(value)}`, () => assert.deepEqual(valueOfField(text), value));
});

describe('a tag', () => {
  const cases: [text: string, value: unknown][] = [
    ['!!str 10', '10'],
    ['!!str', ''],
    ['!!int "3"', 3],
    ['!!float 3', 3],
    ['!!bool yes', true],
    ['!!binary aGk=', 'hi'],
    ['!mine 12', '12'],
    ['! 12', '12'],
    ['!!set {b}', { b: null }],
    ['!!omap [b: 1]', [{ b: 1 }]],
  ];
  for (const [text, value] of cases)
    it(`makes ${text} ${JSON.stringify(value)}`, () => assert.deepEqual(valueOfField(text), value));

  it('that the scalar cannot have is a fault', () =>
    assert.deepEqual(read('a: !!int yes\nb: !!int 1.0\n'), ['1:10 "yes" is no !!int', '2:10 "1.0" is no !!int']));
});

describe('a key', () => {
  it('is the text of its value', () =>
    assert.deepEqual(read('{no: 1, 010: 2, 1.50: 3, 1e6: 4, "on": 5, 2001-12-14: 6, __proto__: 7}'), [
      JSON.parse('{"false":1,"8":2,"1.5":3,"1e+06":4,"on":5,"2001-12-14":6,"__proto__":7}'),
    ]));

  const faults: [what: string, text: string, message: string][] = [
    ['given twice', 'a: 1\nb: 2\na: 3\n', '3:1 the field a is given twice'],
    [
      'given twice by words of one meaning',
      '{n: 1, off: 2}',
      '1:8 off is read as false: the field false is given twice',
    ],
    ['given as number and as text', '1: a\n"1": b\n', '2:1 the field 1 is given twice'],
    ['that is null', '~: 1\n', '1:1 a key has no name'],
    ['that is a list', '? [a]\n: 1\n', '1:3 a key must be text'],
  ];
  for (const [what, text, message] of faults) it(`${what} is a fault`, () => assert.deepEqual(read(text), [message]));
});

describe('anchors and merge keys', () => {
  const base = 'a: &a {x: 1, z: 2}\n';
  const cases: [what: string, text: string, value: unknown][] = [
    ['a merge key has less to say than the fields after it', 'b: {<<: *a, z: 3}\n', { x: 1, z: 3 }],
    ['and replaces those before it, as in kubectl', 'b: {z: 3, <<: *a}\n', { x: 1, z: 2 }],
    ['the first of a list has the last word', 'b: {<<: [{x: 0}, *a]}\n', { x: 0, z: 2 }],
    ['a merged map may stand there', 'b: {<<: {x: 5}, z: 1}\n', { x: 5, z: 1 }],
    ['"<<" in quotes is a field', 'b: {"<<": 1}\n', { '<<': 1 }],
    ['an anchor may be given again', 'c: &a 3\nb: *a\n', 3],
    ['copies keep the anchors of their place', 'c: &c [&d 1]\ne: &d 2\nf: *c\nb: *d\n', 2],
  ];
  for (const [what, text, value] of cases)
    it(what, () => assert.deepEqual((read(base + text) as { b: unknown }[])[0]!.b, value));

  const faults: [what: string, text: string, message: string][] = [
    ['an alias without an anchor', 'a: 1\nb: *common\n', '2:4 there is no anchor &common before this alias'],
    ['an alias before its anchor', 'b: *a\na: &a 1\n', '1:4 there is no anchor &a before this alias'],
    ['an anchor that contains itself', 'a: &a\n  - [*a]\n', '2:6 the anchor &a contains itself'],
    ['a merge key with a list of numbers', 'b: {<<: [1]}\n', '1:5 the merge key << takes a map or a list of maps'],
    [
      'a merge key with an alias of a list',
      'a: &a [1]\nb: {<<: *a}\n',
      '2:5 the merge key << takes a map or a list of maps',
    ],
    [
      'an anchor with a letter beyond ASCII',
      'a: &ä 1\n',
      '1:7 the name of the anchor ä has characters other than letters, digits, - and _',
    ],
  ];
  for (const [what, text, message] of faults) it(`${what} is a fault`, () => assert.deepEqual(read(text), [message]));

  it('150 copies of a small map are read', () => {
    const text = `item: &i {sku: a, n: 1}\nitems: [${Array.from({ length: 150 }, () => '*i').join(', ')}]\n`;
    assert.equal((read(text) as { items: unknown[] }[])[0]!.items.length, 150);
  });

  it('a file that would grow without measure is a fault, at once', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(10)}]\n`);
    assert.match(
      String(read(`a0: &a0 [x, x, x, x]\n${levels.join('')}`)),
      /^\d+:\d+ aliases copy too much of the document$/,
    );
  });
});

describe('a file', () => {
  const cases: [what: string, text: string, values: unknown][] = [
    ['with comments around its documents', '# a\n---\n\n---\na: 1\n--- # b\nb: 2\n...\n', [{ a: 1 }, { b: 2 }]],
    [
      'of JSON objects one after the other',
      '{"a": 1}\n{"a": {"b": "}{"}}{"c":3}\n',
      [{ a: 1 }, { a: { b: '}{' } }, { c: 3 }],
    ],
    ['of JSON with its escapes', '{"a": "\\ud83d\\ude00\\/"}', [{ a: '😀/' }]],
    ['of YAML that begins with a brace', '{a: yes}\n', [{ a: true }]],
    ['of JSON between lines of ---', '{"a": 1}\n---\n{"b": 2}\n', [{ a: 1 }, { b: 2 }]],
    ['with lines that end in CR and LF', 'a: 1\r\nb: |\r\n  x\r\n  y\r\n', [{ a: 1, b: 'x\ny\n' }]],
    ['without anything', '', []],
    ['with comments alone', '# nothing\n', []],
  ];
  for (const [what, text, values] of cases) it(`${what} is read`, () => assert.deepEqual(read(text), values));

  const faults: [what: string, text: string, message: string | RegExp][] = [
    ['with two fields of one name in JSON', '{"a": 1,\n "a": 2}', '2:2 the field a is given twice'],
    ['with a document behind "..."', 'a: 1\n...\nb: 2\n', /^3:1 kubectl ignores what follows/],
    ['with the end of no document', 'a: 1\n---\n# b\n...\n', '4:1 kubectl refuses "..." where no document ends'],
    ['with a directive', '%YAML 1.1\n---\na: 1\n', '1:1 kubectl takes no directive'],
    ['with a value behind ---', '--- {a: 1}\n', /^1:1 a line that begins a document/],
    [
      'with a no-break space behind a colon',
      'a: 1\nkind:\u00a0 b\nc: 2\n',
      /^2:6 U\+00A0 looks like a space and is none/,
    ],
    ['with an ideographic space behind a colon', 'a:\u3000b\nc: 2\n', /^1:3 U\+3000 looks like a space/],
    ['with carriage returns alone', 'a: 1\rb: 2\r', /^1:5 a carriage return alone/],
    ['with a control character', 'a: "x\u0007"\n', '1:6 U+0007 is a control character, which YAML does not allow'],
    ['with a line end of YAML 1.1', 'a: "x\u2028y"\n', /^1:6 U\+2028 ends a line for kubectl/],
    ['with a tab before a field', 'a:\n\tb: 1\n', '2:1 Tabs are not allowed as indentation'],
    ['with a tab before a comment', 'a: 1\n\t# b\n', '2:1 a tab cannot indent a line'],
    ['with a tab that begins a block', 'a: |\n  \tb\n', /^1:4 a tab cannot begin the first line of a block/],
    ['with half a character', 'a: "\\ud83d\\ude00"\n', /^1:4 kubectl refuses half a character/],
    ['with an escape of JSON in YAML', 'a: "b\\/c"\n', /^1:4 kubectl refuses the escape/],
    ['with a number that is none', 'a: 1\nb: .nan\n', '2:4 .nan is not a number in JSON'],
    [
      'with an integer that the API server rounds',
      'a: [12345678901234567890]\n',
      /^1:5 the API server rounds 12345678901234567890/,
    ],
    [
      'with faults in two documents',
      'a: *b\n---\nc: *d\n',
      '1:4 there is no anchor &b before this alias,3:4 there is no anchor &d before this alias',
    ],
    [
      'that Helm has not rendered',
      'name: {{ .Release.Name }}\n',
      '1:8 a key must be text; {{ }} is a template that nothing has filled in',
    ],
  ];
  for (const [what, text, message] of faults)
    it(`${what} is refused`, () => {
      const found = String(read(text));
      if (typeof message === 'string') assert.equal(found, message);
      else assert.match(found, message);
    });
});
