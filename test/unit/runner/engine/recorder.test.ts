import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder } from '../../../../runner/engine/recorder.ts';
import { HiddenTexts } from '../../../../runner/response/hidden/hidden-texts.ts';
import { UnexpectedExamples } from '../../../../runner/response/unexpected-examples.ts';

test('the message of an error, whose text a target may choose, comes without secrets and control characters', () => {
  const hidden = new HiddenTexts(['sk_live_51H8xk2eZvKYlo2C']);
  const examples = new UnexpectedExamples((text, isCut = false) => hidden.replacedIn(text, '***', isCut));
  const recorder = new Recorder(['r'], () => 0, { atUs: 1, allowsUsual: false }, String, examples);
  recorder.made(0);
  // The host of a Location header.
  recorder.failed(0, {
    kind: 'DNSNotFound',
    example: 'getaddrinfo ENOTFOUND sk_live_51H8xk2eZvKYlo2C.evil.test\x1b[2J',
  });
  const { errors } = recorder.snapshot(1, {} as never);
  assert.deepEqual(
    errors.map(({ example }) => example),
    ['getaddrinfo ENOTFOUND ***.evil.test\ufffd[2J'],
  );
});
