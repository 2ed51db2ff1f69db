import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { callProblems } from '../../../../cli/input/call-problems.ts';
import { checkedTests } from '../../../../cli/input/checked-tests.ts';
import { formatProblem, validateText } from '../../../../cli/input/validate.ts';

const PROTO = 'syntax = "proto3"; message Order { int64 id = 1; } service Orders { rpc Place(Order) returns (Order); }';
const SCHEMA = { type: 'Proto', proto: [{ configMapKeyRef: { name: 'schema', key: 'a.proto' } }] };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'schema' }, data: { 'a.proto': PROTO } };
const bearer = { type: 'Bearer', bearer: { secretKeyRef: { name: 'login', key: 'token' } } };

const apiVersion = 'loadtest.dev/v1alpha1';
const specOf = (message: object, schema: object = SCHEMA, target: object = {}) => ({
  target: { url: 'http://127.0.0.1:1', http: { version: 'HTTP2' }, grpc: { schema }, ...target },
  requests: [{ name: 'get', grpc: { service: 'Orders', method: 'Place', message } }],
  load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
});
const single = (spec: object) => ({ apiVersion, kind: 'LoadTest', metadata: { name: 'a' }, spec });
const scheduled = (spec: object) => ({
  ...{ apiVersion, kind: 'ScheduledLoadTest', metadata: { name: 'nightly' } },
  spec: { schedule: '0 3 * * *', loadTestTemplate: { spec } },
});
const textOf = (documents: readonly object[]) => documents.map((d) => stringify(d)).join('---\n');

const WRONG = { id: 'x' };
const FAULT = 'request "get", grpc.message.id: invalid integer: "x"';

describe('loadtest validate', () => {
  const cases: [what: string, documents: object[], problems: string[]][] = [
    ['accepts a message of its type', [single(specOf({ id: 7 })), configMap], []],
    [
      'names field and place of a wrong message',
      [single(specOf(WRONG)), configMap],
      [`f.yaml:23:11: LoadTest a: ${FAULT}`],
    ],
    [
      'names field and place of a wrong message of a schedule',
      [scheduled(specOf(WRONG)), configMap],
      [`f.yaml:26:15: ScheduledLoadTest nightly: ${FAULT}`],
    ],
    [
      'names the place of a schema that is none',
      [single(specOf({})), { ...configMap, data: { 'a.proto': '?' } }],
      [
        'f.yaml:13:9: LoadTest a: target.grpc.schema.proto: key "a.proto" of ConfigMap "schema" is no .proto file: illegal token \'?\' (line 1)',
      ],
    ],
    [
      'checks a call whose credentials are elsewhere',
      [single(specOf(WRONG, SCHEMA, { auth: bearer })), configMap],
      [`f.yaml:29:11: LoadTest a: ${FAULT}`],
    ],
    ['leaves a schema that is elsewhere to the run', [single(specOf(WRONG))], []],
    ['leaves the schema of the server to the run', [single(specOf(WRONG, { type: 'Reflection' }))], []],
  ];
  for (const [what, documents, expected] of cases)
    it(what, async () => {
      const found = validateText(textOf(documents), 'f.yaml');
      assert.deepEqual(found.problems, []);
      assert.deepEqual((await callProblems(found.documents, 'f.yaml')).map(formatProblem), expected);
    });
});

const PROTO_OF_ROWS = `syntax = "proto3"; import "google/protobuf/wrappers.proto";
message Line { int32 amount = 1; } message Order { int64 id = 1; string sku = 2; repeated Line lines = 3; map<string, int32> amounts = 4; bytes note = 5; }
service Orders { rpc Place(Order) returns (Order); rpc Upload(stream Order) returns (Order); rpc Find(google.protobuf.Int32Value) returns (Order); }`;
const SCHEMA_OF_ROWS = { ...configMap, data: { 'a.proto': PROTO_OF_ROWS } };
const CSV = 'id,sku\n7,a\n,b\nx,c\n';

type Given = {
  call?: object;
  text?: string;
  format?: 'CSV' | 'JSON';
  kind?: 'ConfigMap' | 'Secret';
  elsewhere?: boolean;
};

/** A test whose calls have the values of rows, which are in the same file. */
function withRows({ call = {}, text = CSV, format = 'CSV', kind = 'ConfigMap', elsewhere = false }: Given): object[] {
  const spec = specOf({ id: '${data.id}' });
  const ref = { name: 'rows', key: 'rows' };
  const from = kind === 'Secret' ? { secretKeyRef: ref } : { configMapKeyRef: ref };
  const requests = [{ name: 'get', grpc: { ...spec.requests[0]!.grpc, ...call } }];
  const holder = { apiVersion: 'v1', kind, metadata: { name: 'rows' } };
  const rows = kind === 'Secret' ? { ...holder, stringData: { rows: text } } : { ...holder, data: { rows: text } };
  return [single({ ...spec, requests, data: { format, from } }), SCHEMA_OF_ROWS, ...(elsewhere ? [] : [rows])];
}

describe('before a load of gRPC, a row of its data', () => {
  const IN = 'key "rows" of ConfigMap "rows"';
  const withLast = (at: number) => `id\n${Array.from({ length: at }, (_, i) => (i < at - 1 ? i : 'x')).join('\n')}`;
  const HALF = withLast(5001);
  const FIVE = Array.from({ length: 5 }, (_, i) => (i < 4 ? { sku: '${data.id}' } : { id: '${data.id}' }));
  const cases: [what: string, given: Given, problem?: string][] = [
    ['may have any value of the fields', { text: 'id,sku\n7,a\n-9223372036854775808,b' }],
    [
      'must not be empty where a field is a number',
      {},
      `f.yaml:23:11: LoadTest a: request "get", grpc.message.id: invalid integer: "" (row 2 of ${IN})`,
    ],
    [
      'must not have text where a part of a list is a number',
      { call: { message: { lines: [{}, { amount: '${data.sku|json}' }] } } },
      `f.yaml:25:15: LoadTest a: request "get", grpc.message.lines[1].amount: invalid integer: "a" (row 1 of ${IN})`,
    ],
    [
      'must fit each message of a stream',
      { call: { message: undefined, method: 'Upload', messages: [{ id: 1 }, { id: '${data.id}' }] } },
      `f.yaml:24:13: LoadTest a: request "get", grpc.messages[1].id: invalid integer: "" (row 2 of ${IN})`,
    ],
    [
      'must fit a wrapper',
      { call: { method: 'Find', message: { value: '${data.id}' } }, text: 'id\n7\ny' },
      `f.yaml:22:9: LoadTest a: request "get", grpc.message: .google.protobuf.Int32Value.value: invalid integer: "y" (row 2 of ${IN})`,
    ],
    [
      'is counted in a JSON list, too',
      { text: '[{"id": "7"}, {"id": 1.5}]', format: 'JSON' },
      `f.yaml:23:11: LoadTest a: request "get", grpc.message.id: not an integer: "1.5" (row 2 of ${IN})`,
    ],
    [
      'of a Secret is not quoted',
      { call: { message: { amounts: { '${data.sku}': '${data.sku}' } } }, kind: 'Secret' },
      'f.yaml:23:11: LoadTest a: request "get", grpc.message.amounts: has a value that its type does not allow (row 1 of key "rows" of Secret "rows")',
    ],
    [
      'is shortened',
      { text: `id\n${'x'.repeat(300)}` },
      `f.yaml:23:11: LoadTest a: request "get", grpc.message.id: invalid integer: "${'x'.repeat(181)}… (row 1 of ${IN})`,
    ],
    ['may do anything where a field has other variables, too', { call: { message: { id: '${data.id}${index}' } } }],
    ['may do anything where no message has it', { call: { message: { id: 7, sku: '${data.sku}' } } }],
    ['is checked up to the 10,000th', { text: withLast(10_001) }],
    [
      'is checked up to the 5,000th for each of ten messages',
      { call: { method: 'Upload', message: undefined, messages: Array(10).fill({ id: '${data.id}' }) }, text: HALF },
    ],
    [
      'is checked in the last of five messages, too',
      { call: { method: 'Upload', message: undefined, messages: FIVE }, text: HALF },
      `f.yaml:27:13: LoadTest a: request "get", grpc.messages[4].id: invalid integer: "x" (row 5001 of ${IN})`,
    ],
    ['is left to the run if it is elsewhere', { elsewhere: true }],
  ];
  for (const [what, given, problem] of cases)
    it(what, async () => {
      const found = validateText(textOf(withRows(given)), 'f.yaml');
      assert.deepEqual(found.problems, []);
      const problems = await callProblems(found.documents, 'f.yaml');
      assert.deepEqual(problems.map(formatProblem), problem === undefined ? [] : [problem]);
    });

  it('is refused by loadtest run in the words of validate', async () => {
    const [, [, , problem] = []] = cases;
    assert.deepEqual(await checkedTests(textOf(withRows({})), 'f.yaml', []), { problems: [problem] });
  });
});

it('loadtest run refuses a wrong message in the words of validate', async () => {
  const text = textOf([single(specOf({})), configMap]);
  assert.deepEqual(await checkedTests(text, 'f.yaml', ['requests[0].grpc.message.id=x']), {
    problems: [`f.yaml:22:9: LoadTest a: ${FAULT}`],
  });
});
