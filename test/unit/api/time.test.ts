import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isoTime, metaTime, microTime } from '../../../api/common/time.ts';

const AT = Date.UTC(2026, 1, 3, 4, 5, 6, 78);

const forms: [name: string, text: string, expected: string][] = [
  ['the status and the logs have milliseconds', isoTime(AT), '2026-02-03T04:05:06.078Z'],
  ['metav1.Time has whole seconds', metaTime(AT), '2026-02-03T04:05:06Z'],
  ['metav1.MicroTime has six decimals', microTime(AT), '2026-02-03T04:05:06.078000Z'],
];
for (const [name, text, expected] of forms) test(name, () => assert.equal(text, expected));
