import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import protobuf from 'protobufjs';
import protojson from 'protobufjs/ext/protojson.js';
import { messageJson } from '../../../../../runner/protocol/grpc/message/messages.ts';

const { root } = protobuf.parse(`syntax = "proto3"; package t;
  import "google/protobuf/any.proto"; import "google/protobuf/wrappers.proto"; import "google/protobuf/timestamp.proto";
  message All {
    float one = 1; repeated float many = 2; map<string, float> by_name = 3; double exact = 4; google.protobuf.FloatValue wrapped = 5;
    optional float maybe = 6; All inner = 7; repeated All list = 8; map<int64, All> by_id = 9;
    google.protobuf.Any any = 10; repeated google.protobuf.Any details = 11; map<string, google.protobuf.Any> named = 12;
    oneof choice { float ratio = 13; string text = 14; } int64 id = 15;
  }
  message Plain { string name = 1; double exact = 2; }`);
root.addJSON(protobuf.common.get('google/protobuf/any.proto')!.nested!);
root.addJSON(protobuf.common.get('google/protobuf/wrappers.proto')!.nested!);
root.addJSON(protobuf.common.get('google/protobuf/timestamp.proto')!.nested!);
root.resolveAll();
const All = root.lookupType('t.All');

/** What a message of this JSON is as JSON again. */
function roundTrip(json: object, type = All): unknown {
  return messageJson(type, type.encode(protojson.fromJson(type, json as never)).finish());
}

const SAME: [what: string, json: object][] = [
  ['a float', { one: 1.1 }],
  ['floats that are large, small, negative and whole', { many: [1.1, 3e38, 1e-45, -0.3, 16777216, 2] }],
  ['floats that are not finite', { many: ['NaN', 'Infinity', '-Infinity'] }],
  ['floats of a map', { byName: { a: 0.1, b: 2.7 } }],
  ['a double', { exact: 1.100000023841858 }],
  ['an optional float of 0', { maybe: 0 }],
  ['a wrapped float', { wrapped: 0.7 }],
  ['a float of a oneof', { ratio: 0.3 }],
  [
    'floats of messages',
    { inner: { one: 1.1 }, list: [{ one: 2.2 }, {}], byId: { '-9223372036854775808': { one: 3.3 } } },
  ],
  ['an Any', { any: { '@type': 'type.googleapis.com/t.All', one: 1.1, id: '7' } }],
  [
    'an Any of a type with JSON of its own',
    { any: { '@type': 'x/google.protobuf.Timestamp', value: '2026-01-31T12:00:00Z' } },
  ],
  ['an Any within another', { any: { '@type': 'x/t.All', any: { '@type': 'x/t.Plain', name: 'a' } } }],
  [
    'an Any in a list, a map and a message',
    {
      details: [
        { '@type': 'x/t.Plain', exact: 0.5 },
        { '@type': 'x/t.Plain', name: 'b' },
      ],
      named: { k: { '@type': 'x/t.Plain', name: 'c' }, __proto__x: { '@type': 'x/t.Plain' } },
      list: [{}, { inner: { any: { '@type': 'x/t.Plain', name: 'd' } } }],
    },
  ],
  ['an empty Any', { any: {} }],
];

describe('a message as JSON has', () => {
  for (const [what, json] of SAME) it(what, () => assert.deepEqual(roundTrip(json), json));

  it('the bytes of an Any whose type the schema lacks', () => {
    const unknown = { type_url: 'type.googleapis.com/google.rpc.ErrorInfo', value: Buffer.from('hi') };
    const bytes = All.encode(All.create({ id: 7, any: unknown, details: [unknown, {}] })).finish();
    const shown = { '@type': unknown.type_url, value: 'aGk=' };
    assert.deepEqual(messageJson(All, bytes), { any: shown, details: [shown, {}], id: '7' });
    const Any = root.lookupType('google.protobuf.Any');
    assert.deepEqual(messageJson(Any, Any.encode(unknown).finish()), shown);
  });

  it('no property of all objects from a map with the key __proto__', () => {
    const json = JSON.parse('{"named":{"__proto__":{"@type":"x/t.Plain","name":"evil"}}}');
    assert.deepEqual(Object.keys((roundTrip(json) as { named: object }).named), ['__proto__']);
    assert.equal(({} as { name?: string }).name, undefined);
  });

  it('the same as before where there is neither a float nor an Any', () =>
    assert.deepEqual(roundTrip({ name: 'a', exact: 0.1 }, root.lookupType('t.Plain')), { name: 'a', exact: 0.1 }));
});
