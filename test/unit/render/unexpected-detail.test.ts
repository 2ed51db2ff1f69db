import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unexpectedDetail } from '../../../render/common/wording.ts';

const example = { request: 'r', reason: 'why', body: '' };

test('an unexpected response of HTTP without a body says so', () => {
  assert.equal(unexpectedDetail({ ...example, status: 500 }), 'why: (no body)');
  assert.equal(unexpectedDetail({ ...example, status: 500, body: 'oops' }), 'why: oops');
});

test('an unexpected response of gRPC says nothing of messages that nothing read', () => {
  assert.equal(unexpectedDetail({ ...example, status: 0 }), 'why');
  assert.equal(unexpectedDetail({ ...example, status: 14, body: '{"id":1}' }), 'why: {"id":1}');
});
