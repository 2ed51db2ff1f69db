import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HiddenTexts } from '../../../../runner/response/hidden/hidden-texts.ts';
import { FORMS, piecesOf } from '../../../support/secrets/forms.ts';
import { SECRETS } from '../../../support/secrets/secrets.ts';

const hidden = new HiddenTexts(SECRETS);
const shown = (text: string, isCut = false) => hidden.replacedIn(text, '***', isCut);

/** Text around a secret, with characters that escape or are digits themselves. */
const AROUND: [before: string, after: string][] = [
  ['{"echo":"', '"}'],
  ['\\', '\\'],
  ['=%', '%='],
  ['&', ';'],
];

describe('a secret in this form is redacted', () => {
  for (const [name, form] of Object.entries(FORMS))
    it(name, () => {
      for (const secret of SECRETS)
        for (const [before, after] of AROUND) {
          const sent = form(secret);
          if (sent === '') continue;
          const text = shown(`${before}${sent}${after}`);
          const left = piecesOf(sent).filter((piece) => text.includes(piece));
          assert.deepEqual(left, [], `${JSON.stringify(before + sent)} became ${JSON.stringify(text)}`);
        }
    });
});

describe('the end of a text that goes on', () => {
  for (const [name, form] of Object.entries(FORMS))
    it(`does not begin a secret: ${name}`, () => {
      for (const secret of SECRETS) {
        const sent = form(secret);
        for (let length = 8; length < sent.length; length += 11) {
          const text = shown(`the response was ${sent.slice(0, length)}`, true);
          assert.ok(!text.includes(sent.slice(0, 8)), `${sent.slice(0, length)} became ${text}`);
        }
      }
    });
});

it('the end of a text that goes on does not begin a secret, if it is shorter than a run of digits elsewhere', () => {
  for (const end of ['0x5c, 0x78', '[92, 120', 'XHg'])
    assert.equal(shown(`the response was ${end}`, true).includes(end), false, end);
});

describe('text without a secret stays', () => {
  const texts = [
    'HTTP/1.1 500 Internal Server Error: upstream connect error or disconnect/reset before headers',
    '{"id":4711,"items":[1,2,3,200,15,99],"path":"C:\\\\temp\\\\new","at":"2026-01-01T00:00:00Z"}',
    '<!doctype html><title>502 Bad Gateway</title><p>R&amp;D &#8211; try again&hellip;</p>',
    Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 7919) % 251)).toString('base64'),
    Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7919) % 251)).toString('hex'),
  ];
  for (const text of texts) it(text.slice(0, 40), () => assert.equal(shown(text), text));
});

it('hostile text is read in bounded steps', () => {
  for (const text of [
    '\\'.repeat(1024),
    '%25'.repeat(340),
    '%0D'.repeat(340),
    '=\r\n'.repeat(340),
    '&#38;'.repeat(200),
    '"'.repeat(1024),
    '\\u005c'.repeat(200),
    'QUFB'.repeat(250),
  ])
    assert.equal(typeof shown(text, true), 'string');
});
