import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeRunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { jsonExcess } from '../../../../operator/runner-endpoint/json-excess.ts';
import { snapshot } from '../../../support/operator/operator-fixtures.ts';

const DEEP = 'the body is more than 16 levels deep';
const MANY = 'the body has more than 200000 values';
const LONG = 'the body has a list or an object of more than 1024';
const largest = snapshot(1);
const codes = Array.from({ length: 1000 }, (_, i) => ({ code: String(i), count: 1 }));
largest.requests = Array.from({ length: 32 }, () => ({
  ...largest.requests[0]!,
  outcomes: { responses: codes, errors: [] },
}));

const rows: [sentence: string, text: string, excess: string | undefined][] = [
  ['an update', JSON.stringify(encodeRunnerUpdate({ phase: 'Running', snapshot: snapshot(1) })), undefined],
  ['the largest update', JSON.stringify(encodeRunnerUpdate({ phase: 'Running', snapshot: largest })), undefined],
  ['sixteen levels', '['.repeat(16), undefined],
  ['seventeen levels', '['.repeat(17), DEEP],
  ['seventeen levels of both kinds', '{"a":['.repeat(9), DEEP],
  ['a list beside a list', '[[],'.repeat(17), DEEP],
  ['a list of as many as may be', `[${'1,'.repeat(1023)}1]`, undefined],
  ['a longer list', `[${'1,'.repeat(1024)}1]`, LONG],
  ['a long object', `{${'"a":1,'.repeat(1024)}"a":1}`, LONG],
  ['a long list after a short one', `[[1,2],${'1,'.repeat(1023)}1]`, LONG],
  ['many numbers', `[${`[${'1,'.repeat(999)}1],`.repeat(200)}1]`, MANY],
  ['many lists', `[${'[]'.repeat(200_000)}]`, MANY],
  ['commas and brackets in a text', `["${'[,{'.repeat(300_000)}"]`, undefined],
  ['brackets after an escaped quotation mark', `["\\"${'['.repeat(20)}"]`, undefined],
  ['brackets after an escaped backslash', `["\\\\",${'['.repeat(20)}`, DEEP],
  ['a text without an end', `"${'['.repeat(20)}\\`, undefined],
];
for (const [sentence, text, excess] of rows)
  test(`${sentence}: ${excess ?? 'no excess'}`, () => assert.equal(jsonExcess(Buffer.from(text)), excess));
