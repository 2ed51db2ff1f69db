import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadTestStatus } from '../../../../api/status/loadtest-status.ts';
import { cloudEvent } from '../../../../operator/notifications/formats/cloud-events.ts';
import { slackMessage } from '../../../../operator/notifications/formats/slack.ts';
import { teamsMessage } from '../../../../operator/notifications/formats/teams.ts';
import { notificationOf, type Occasion } from '../../../../operator/notifications/notification.ts';
import { signatureHeaders } from '../../../../operator/notifications/signature.ts';
import { at, loadTest, UID } from '../../../support/operator/operator-fixtures.ts';

const condition = (type: 'Passed' | 'Complete', status: 'True' | 'False' | 'Unknown', message: string) => ({
  ...{ type, status, message, reason: 'ThresholdExceeded', lastTransitionTime: at(0) },
});

function occasion(type: Occasion['type'], status: LoadTestStatus): Occasion {
  const { metadata, spec } = loadTest({ release: 'v41' });
  return { type, metadata, spec, status };
}

const FAILED: LoadTestStatus = {
  conditions: [condition('Passed', 'False', 'p99 <300ms> & [more](http://x)')],
  completionTime: at(0),
  runners: { desired: 2, ready: 2, succeeded: 2, lost: 0 },
  rate: { achieved: '99.8/s' },
  errorShare: '0.2%',
};
const REGRESSED: LoadTestStatus = {
  ...FAILED,
  comparison: { baseline: 'checkout-v40', maxRegression: '10%', result: 'Regressed', message: 'p99 +40%', metrics: [] },
};
const LOST: LoadTestStatus = {
  conditions: [condition('Complete', 'False', 'runner 1 was evicted')],
  runners: { desired: 2, ready: 2, succeeded: 0, lost: 1 },
};

const json = ({ text }: { text: string }) => JSON.parse(text);

describe('a notification', () => {
  const titles: [string, Occasion, string][] = [
    ['of a failed test', occasion('Completed', FAILED), 'LoadTest shop/checkout: failed'],
    [
      'of an inconclusive test',
      occasion('Completed', { conditions: [condition('Passed', 'Unknown', '')] }),
      'LoadTest shop/checkout: inconclusive',
    ],
    ['of a regression', occasion('Regressed', REGRESSED), 'LoadTest shop/checkout: worse than checkout-v40'],
    ['of lost runners', occasion('RunnersLost', LOST), 'LoadTest shop/checkout: 1 of 2 runners lost'],
  ];
  for (const [name, given, title] of titles)
    it(`${name} says so`, () => assert.equal(notificationOf(given).title, title));

  it('has one id for each type of each test, whatever its figures are', () => {
    const ids = [occasion('Completed', FAILED), occasion('Completed', LOST), occasion('RunnersLost', LOST)];
    assert.deepEqual(
      ids.map((given) => notificationOf(given).id),
      [`${UID}-Completed`, `${UID}-Completed`, `${UID}-RunnersLost`],
    );
  });
});

describe('a CloudEvent', () => {
  it('has the attributes of the specification, and the figures as data', () => {
    const body = cloudEvent(notificationOf(occasion('Regressed', REGRESSED)));
    const { data, ...attributes } = json(body);
    assert.equal(body.contentType, 'application/cloudevents+json; charset=utf-8');
    assert.deepEqual(attributes, {
      specversion: '1.0',
      id: `${UID}-Regressed`,
      source: '/apis/loadtest.dev/v1alpha1/namespaces/shop/loadtests/checkout',
      type: 'dev.loadtest.regressed',
      subject: 'shop/checkout',
      time: at(0),
      datacontenttype: 'application/json',
    });
    assert.deepEqual(data.loadTest, { namespace: 'shop', name: 'checkout', uid: UID, release: 'v41' });
    assert.deepEqual(
      [data.verdict, data.message, data.comparison.result, data.errorShare],
      ['failed', 'p99 +40%', 'Regressed', '0.2%'],
    );
  });
  it('before the end has neither a verdict nor a time', () => {
    const { time, data } = json(cloudEvent(notificationOf(occasion('RunnersLost', LOST))));
    assert.deepEqual([time, data.verdict, data.runners.lost], [undefined, undefined, 1]);
  });
});

it('a message for Slack has no link or mention of the target', () => {
  const { text } = json(slackMessage(notificationOf(occasion('Completed', FAILED))));
  assert.equal(
    text,
    '*LoadTest shop/checkout: failed*\np99 &lt;300ms&gt; &amp; [more](http://x)\nRelease v41 · Rate 99.8/s · Errors 0.2%',
  );
});

it('a message for Teams is an Adaptive Card without Markdown of the target', () => {
  const { type, attachments } = json(teamsMessage(notificationOf(occasion('Completed', FAILED))));
  const [{ contentType, content }] = attachments;
  assert.deepEqual([type, contentType], ['message', 'application/vnd.microsoft.card.adaptive']);
  assert.deepEqual([content.type, content.body[0].color], ['AdaptiveCard', 'Attention']);
  assert.equal(content.body[1].text, 'p99 \\<300ms\\> & \\[more\\]\\(http://x\\)');
  assert.deepEqual(content.body[2].facts[1], { title: 'Rate', value: '99.8/s' });
});

it('a signature is that of the example of Standard Webhooks', () => {
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', nowMs: 1614265330_900, body: '{"test": 2432232314}' };
  assert.deepEqual(signatureHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', message), {
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});
