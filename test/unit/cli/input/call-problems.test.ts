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

it('loadtest run refuses a wrong message in the words of validate', async () => {
  const text = textOf([single(specOf({})), configMap]);
  assert.deepEqual(await checkedTests(text, 'f.yaml', ['requests[0].grpc.message.id=x']), {
    problems: [`f.yaml:22:9: LoadTest a: ${FAULT}`],
  });
});
