import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import { loadTestSpecSchema } from '../../../../../api/loadtest/loadtest.ts';
import type { RequestSpec } from '../../../../../api/loadtest/request.ts';
import type { Scope } from '../../../../../model/request/template.ts';
import { prepareCalls } from '../../../../../runner/protocol/grpc/prepare.ts';

/** Types of google.protobuf that can be the whole message, each of a method By... */
const WHOLE = ['Any', 'BoolValue', 'Duration', 'FieldMask', 'Int64Value', 'ListValue', 'Struct', 'Timestamp', 'Value'];

const PROTO = `syntax = "proto3"; package shop.v1;
${['any', 'duration', 'field_mask', 'struct', 'timestamp', 'wrappers'].map((file) => `import "google/protobuf/${file}.proto";`).join(' ')} import "google/protobuf/descriptor.proto"; import "google/api/annotations.proto";
extend google.protobuf.MethodOptions { string owner = 50001; }
enum Colour { NONE = 0; RED = 1; }
message Order { int64 id = 1; string sku_code = 2; Colour colour = 3; google.protobuf.Timestamp at = 4; repeated Line lines = 5; oneof contact { string email = 6; string phone = 7; } map<string, int32> amounts = 8; repeated Colour colours = 9; map<int32, string> names = 10; string a = 11; }
message Line { bytes note = 1; }
service Orders {
  rpc Place(Order) returns (Order) { option (owner) = "us"; option (google.api.http) = { post: "/v1/orders" body: "*" }; }
  rpc Upload(stream Order) returns (Order);
  rpc Find(google.protobuf.StringValue) returns (Order);
  ${WHOLE.map((type) => `rpc By${type}(google.protobuf.${type}) returns (Order);`).join(' ')}
}`;

const PROTO2 = `syntax = "proto2"; package shop.v1;
message Order { repeated Line lines = 1; }
message Line { required string sku = 1; optional int32 amount = 2; }
service Orders { rpc Place(Order) returns (Order); }`;

const from = (key: string) => ({ configMapKeyRef: { name: 'p', key } });
const ofProto = { type: 'Proto', proto: [from('a.proto')] };
const scope = { index: 7, runner: 0, run: 'r', now: 0, random: () => 0, row: [], session: new Map() } satisfies Scope;

type Given = { call?: object; expect?: object; target?: object; file?: string | Uint8Array; schema?: object };

async function prepare({ call = {}, expect = {}, target = {}, file = PROTO, schema = ofProto }: Given) {
  const spec = loadTestSpecSchema.parse({
    target: { url: 'http://127.0.0.1:1', http: { version: 'HTTP2' }, grpc: { schema }, ...target },
    requests: [
      { name: 'r', grpc: { service: 'shop.v1.Orders', method: 'Place', ...call }, expect } as Partial<RequestSpec>,
    ],
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  });
  const calls = await prepareCalls(spec.target, spec.requests, new Map([['ConfigMap/p/a.proto', Buffer.from(file)]]));
  return calls[0]!;
}

const hex = (body: Buffer | null) => body?.toString('hex');

describe('a gRPC call', () => {
  it('is encoded once where nothing varies, with every digit of an integer', async () => {
    const request = await prepare({ call: { message: { id: 9007199254740993n, skuCode: 'a', colour: 'RED' } } });
    assert.equal(hex(request.body), '000000000e08818080808080801012016118 01'.replace(' ', ''));
    assert.deepEqual([request.fixed, request.method, request.path], [true, 'POST', '/shop.v1.Orders/Place']);
  });

  it('is rendered where a message has variables, in either spelling of a field', async () => {
    const request = await prepare({ call: { message: { id: '${index|json}', sku_code: 's${index}' } } });
    assert.equal(hex(request.render!(scope).body), '0000000006080712027337');
  });

  it('has the fields without variables, encoded once, before the others', async () => {
    const request = await prepare({ call: { message: { skuCode: '${index}', id: 7, colour: 'RED' } } });
    assert.equal(hex(request.render!(scope).body), '000000000708071801120137');
  });

  it('may have variables in any place', async () => {
    for (const [message, file] of [
      [{ lines: [{ sku: '${index}', amount: '${index|json}' }, '${run|json}'] }, PROTO2],
      [{ '${run}': 1, at: '${run}', amounts: { '${run}': 1, b: '${index|json}' } }, PROTO],
    ] as const)
      assert.equal((await prepare({ call: { message }, file })).fixed, false);
  });

  it('is an error where a variable and a fixed value are of the same oneof', async () => {
    const { failure } = (await prepare({ call: { message: { email: '${index}', phone: 'a' } } })).render!(scope);
    assert.match(
      failure?.example ?? '',
      /grpc.message: only one field of the oneof contact can be set, not email and phone/,
    );
  });

  it('has the value of a wrapper that is the whole message', async () => {
    const find = async (message?: object) => prepare({ call: { method: 'Find', ...(message && { message }) } });
    assert.equal(hex((await find({ value: 'hi' })).body), '00000000040a026869');
    assert.equal(hex((await find()).body), '0000000000');
    assert.equal(hex((await find({ value: '${index}' })).render!(scope).body), '00000000030a0137');
  });

  const wholes: [type: string, message: object, bytes: string][] = [
    ['Timestamp', { value: '2026-01-31T12:00:00Z' }, '08c0ddf7cb06'],
    ['Timestamp', {}, ''],
    ['Duration', { value: '1.5s' }, '08011080cab5ee01'],
    ['FieldMask', { value: 'a,bC' }, '0a01610a03625f63'],
    ['ListValue', { value: [1] }, '0a0911000000000000f03f'],
    ['Value', { value: 5 }, '110000000000001440'],
    ['Value', { value: { a: 1 } }, '2a100a0e0a0161120911000000000000f03f'],
    ['Value', { value: null }, '0800'],
    ['Int64Value', { value: 9007199254740993n }, '088180808080808010'],
    ['BoolValue', { value: null }, ''],
    ['Struct', { a: 1 }, '0a0e0a0161120911000000000000f03f'],
    ['Struct', { value: 1 }, '0a120a0576616c7565120911000000000000f03f'],
    [
      'Any',
      { '@type': 'x/google.protobuf.BoolValue', value: true },
      '0a1b782f676f6f676c652e70726f746f6275662e426f6f6c56616c756512020801',
    ],
  ];
  for (const [type, message, bytes] of wholes)
    it(`may be a whole ${type}: ${inspect(message)}`, async () => {
      const { body } = await prepare({ call: { method: `By${type}`, message } });
      assert.equal(hex(body!.subarray(5)), bytes);
    });

  it('has variables in a value that is the whole message', async () => {
    const { render } = await prepare({ call: { method: 'ByDuration', message: { value: '${index}s' } } });
    assert.equal(hex(render!(scope).body), '00000000020807');
  });

  it('fails alone where the value of a variable is none of its field', async () => {
    const request = await prepare({ call: { message: { id: '${run}' } } });
    const { failure } = request.render!(scope);
    assert.deepEqual(
      [failure?.kind, /request "r", grpc.message.id: invalid integer: "r"/.test(failure!.example)],
      ['RequestInvalid', true],
    );
  });

  it('fails alone where a variable lacks a field that its type requires', async () => {
    const request = await prepare({ file: PROTO2, call: { message: { lines: ['${index|json}'] } } });
    const { failure } = request.render!({ ...scope, index: '{"amount": 1}' as unknown as number });
    assert.match(failure!.example, /request "r", grpc.message.lines\[0\]: shop.v1.Line requires the field sku$/);
  });

  it('has the headers of gRPC, and those of its metadata', async () => {
    const { headers } = await prepare({
      call: {
        metadata: [
          { name: 'x-a', value: 'b' },
          { name: 'user-agent', value: 'me' },
        ],
      },
      target: { timeout: '1500us' },
    });
    const texts = Array.from({ length: headers.length / 2 }, (_, i) => `${headers[2 * i]}: ${headers[2 * i + 1]}`);
    assert.deepEqual(texts, [
      'x-a: b',
      'user-agent: me',
      'te: trailers',
      'content-type: application/grpc',
      'grpc-timeout: 1500u',
      'grpc-accept-encoding: identity,gzip',
    ]);
  });

  const timeouts: [timeout: string, text: string][] = [
    ['2s', '2000m'],
    ['1h', '3600000m'],
    ['250ms', '250m'],
    ['0.1ms', '100u'],
  ];
  for (const [timeout, text] of timeouts)
    it(`sends the timeout ${timeout} as ${text}`, async () => {
      const { headers } = await prepare({ target: { timeout } });
      assert.equal(headers[headers.indexOf('grpc-timeout') + 1], text);
    });

  it('has binary metadata with or without padding, several with commas, and with variables', async () => {
    for (const value of ['AAH/', 'AAE=', 'AAE', '', 'AAH/,AAE', '${index}']) {
      const { headers, render } = await prepare({ call: { metadata: [{ name: 'x-sig-bin', value }] } });
      if (render === null) assert.equal(headers[1], value);
    }
  });

  it('sends every message of a stream, each compressed', async () => {
    const request = await prepare({ call: { method: 'Upload', messages: [{ id: 1 }, { id: 2 }], encoding: 'Gzip' } });
    const first = 5 + request.body!.readUInt32BE(1);
    assert.deepEqual([request.body![0], request.body![first]], [1, 1]);
    assert.equal(first + 5 + request.body!.readUInt32BE(first + 1), request.body!.length);
    assert.equal(hex((await prepare({ call: { method: 'Upload', messages: [] } })).body), '');
  });

  it('reads its service from a descriptor set', async () => {
    const root = new protobuf.Root();
    protobuf.parse(
      'syntax = "proto3"; package shop.v1; message Order { int64 id = 1; } service Orders { rpc Place(Order) returns (Order); }',
      root,
    );
    root.resolveAll();
    const set = descriptor.FileDescriptorSet.encode(root.toDescriptor('proto3')).finish();
    const request = await prepare({
      schema: { type: 'DescriptorSet', descriptorSet: from('a.proto') },
      file: set,
      call: { message: { id: 3 } },
    });
    assert.equal(hex(request.body), '00000000020803');
  });

  const faults: [what: string, given: Given, problem: RegExp][] = [
    [
      'an unknown service',
      { call: { service: 'shop.v1.Order' } },
      /request "r", grpc.service: the schema has no service "shop.v1.Order"; it has shop.v1.Orders/,
    ],
    [
      'an unknown method',
      { call: { method: 'place' } },
      /grpc.method: shop.v1.Orders has no method "place"; it has Place, Upload, Find, /,
    ],
    [
      'an unknown field',
      { call: { message: { skuCod: 'a' } } },
      /request "r", grpc.message: shop.v1.Order has no field "skuCod"; it has id, skuCode, colour, at, lines, email, phone, amounts, colours, names, 1 more; did you mean skuCode\?/,
    ],
    ['a value of the wrong type', { call: { message: { id: 'x' } } }, /grpc.message.id: invalid integer: "x"/],
    [
      'an unknown value of an enum',
      { call: { message: { colour: 'BLUE' } } },
      /grpc.message.colour: shop.v1.Colour has no value "BLUE"; it has NONE, RED/,
    ],
    [
      'a name that YAML reads as a truth value',
      { call: { message: { lines: [{ true: 1 }] } } },
      /Line has no field "true"; it has note; write a name such as "y" in quotes, or YAML reads it as true$/,
    ],
    [
      'an unknown value of an enum in a list',
      { call: { message: { colours: ['RED', 'BLUE'] } } },
      /grpc.message.colours\[1\]: shop.v1.Colour has no value "BLUE"; it has NONE, RED/,
    ],
    [
      'a wrong key of a map',
      { call: { message: { names: { a: 'x' } } } },
      /grpc.message.names.a: invalid int32 map key: "a"/,
    ],
    [
      'a truth value in place of text',
      { call: { message: { skuCode: true } } },
      /grpc.message.skuCode: must be text: write it in quotes, or it is the boolean true/,
    ],
    [
      'an unknown field of a wrapper',
      { call: { method: 'Find', message: { text: 'a' } } },
      /request "r", grpc.message: google.protobuf.StringValue has no field "text"; it has value/,
    ],
    [
      'a wrong value of a wrapper',
      { call: { method: 'Find', message: { value: 1 } } },
      /grpc.message: .*expected string: 1/,
    ],
    [
      'the fields of a time that is the whole message',
      { call: { method: 'ByTimestamp', message: { seconds: 1 } } },
      /grpc.message: google.protobuf.Timestamp has no field "seconds"; it has value$/,
    ],
    [
      'a wrong time that is the whole message',
      { call: { method: 'ByTimestamp', message: { value: 'noon' } } },
      /grpc.message: .*invalid timestamp: "noon"$/,
    ],
    [
      'an unknown type in an Any that is the whole message',
      { call: { method: 'ByAny', message: { '@type': 'x/shop.v1.Nothing' } } },
      /grpc.message: no such type: shop.v1.Nothing/,
    ],
    [
      'a value deep in a list',
      { call: { message: { lines: [{ note: 'AA==' }, { note: '?' }] } } },
      /grpc.message.lines\[1\].note: must be base64: "\?"/,
    ],
    [
      'a fixed field beside a variable',
      { call: { message: { id: '${index|json}', colour: 'BLUE' } } },
      /grpc.message.colour: /,
    ],
    [
      'an unknown field of a variable',
      { call: { message: { lines: [{ note: 'AA==', text: '${index}' }] } } },
      /request "r", grpc.message.lines\[0\]: shop.v1.Line has no field "text"; it has note/,
    ],
    [
      'a fixed value beside a variable of the same field',
      { call: { message: { lines: ['${run|json}', { note: '${run}' }, { note: '?' }] } } },
      /grpc.message.lines\[2\].note: must be base64: "\?"/,
    ],
    [
      'a fixed value beside variables of a map',
      { call: { message: { amounts: { '${run}': 1, b: '${index|json}', c: {} } } } },
      /grpc.message.amounts.c: /,
    ],
    [
      'a variable and a fixed value of the same field',
      { call: { message: { skuCode: '${index}', sku_code: 'a' } } },
      /grpc.message: .*duplicate field: "sku_code"/,
    ],
    [
      'two fields of one oneof',
      { call: { message: { email: 'a', phone: 'b' } } },
      /grpc.message: only one field of the oneof contact can be set, not email and phone$/,
    ],
    [
      'a message without a field that its type requires',
      { file: PROTO2, call: { message: { lines: [{ sku: 'a' }, { amount: 2 }] } } },
      /request "r", grpc.message.lines\[1\]: shop.v1.Line requires the field sku$/,
    ],
    [
      'binary metadata that is not base64',
      {
        call: {
          metadata: [
            { name: 'x-a', value: '!' },
            { name: 'x-sig-bin', value: 'AAH/!' },
          ],
        },
      },
      /request "r", grpc.metadata\[1\] x-sig-bin: the value must be base64, as the name ends in -bin$/,
    ],
    ['an impossible time', { call: { message: { at: 'noon' } } }, /grpc.message.at: .*noon/],
    [
      'a message of a stream with a fault',
      { call: { method: 'Upload', messages: [{}, { id: [] }] } },
      /grpc.messages\[1\].id: /,
    ],
    [
      'two messages for a unary call',
      { call: { messages: [{}, {}] } },
      /grpc.messages: the method Place takes one message, not 2/,
    ],
    [
      'messages to wait for where the method sends one',
      { expect: { events: 3 } },
      /request "r", expect.events: the method Place responds with one message, and no stream$/,
    ],
    [
      'a time for messages where the method sends one',
      { call: { method: 'Upload' }, expect: { eventsFor: '1s' } },
      /request "r", expect.eventsFor: the method Upload responds with one message/,
    ],
    [
      'a file that is none',
      { file: 'message {' },
      /target.grpc.schema.proto: key "a.proto" of ConfigMap "p" is no .proto file: .*line 1/,
    ],
    [
      'a file that is not text',
      { file: Buffer.from([0x61, 0xff]) },
      /target.grpc.schema.proto: key "a.proto" .*is not UTF-8/,
    ],
    [
      'an import that is missing',
      {
        file: 'syntax = "proto3"; package shop.v1; import "google/type/money.proto"; message Order { google.type.Money m = 1; }',
      },
      /target.grpc.schema.proto: .*google.type.Money.*missing: google\/type\/money.proto/,
    ],
    [
      'bytes that are no descriptor set',
      { schema: { type: 'DescriptorSet', descriptorSet: from('a.proto') }, file: 'hello' },
      /target.grpc.schema.descriptorSet: key "a.proto" of ConfigMap "p" is no complete FileDescriptorSet/,
    ],
  ];
  for (const [what, given, problem] of faults)
    it(`names the fault of ${what}`, async () => {
      await assert.rejects(() => prepare(given), problem);
    });
});
