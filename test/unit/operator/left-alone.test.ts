import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftAloneEvent } from '../../../operator/serving/left-alone.ts';
import type { Holder } from '../../../operator/serving/server.ts';

const HOLDER: Holder = {
  ...{ is: 'Another', identity: 'sys/a', isSilent: false },
  ...{ renewTime: '2026-03-01T12:00:00.123000Z', untilMs: Date.parse('2026-03-01T12:01:30Z') },
};
const WAITS =
  'waits for the Lease loadtest.dev of namespace shop: another installation of the operator, sys/a, holds it and has not renewed it since ' +
  '2026-03-01T12:00:00Z. Unless it does, sys/b takes over at about 2026-03-01T12:01:30Z';

const rows: [title: string, holder: Partial<Holder>, reason: string | undefined, note: RegExp | string][] = [
  ['renews it', {}, 'ServedByAnother', /^sys\/b leaves this object alone: .*, sys\/a, holds the Lease loadtest.dev/],
  ['may have been uninstalled', { is: 'Unknown' }, undefined, ''],
  ['no longer renews it', { isSilent: true }, 'WaitingForLease', WAITS],
  ['was never seen to renew it', { is: 'Unknown', isSilent: true }, 'WaitingForLease', WAITS],
  ['has no time in it', { isSilent: true, renewTime: undefined }, 'WaitingForLease', WAITS.replace(/ since.*?Z/, '')],
];
for (const [title, holder, reason, note] of rows)
  test(`a namespace whose Lease has a holder that ${title} has ${reason ?? 'no event'}`, () => {
    const event = leftAloneEvent('sys/b', 'shop', { ...HOLDER, ...holder });
    assert.equal(event?.reason, reason);
    if (typeof note === 'string') assert.equal(event?.note ?? '', note);
    else assert.match(event?.note ?? '', note);
  });
