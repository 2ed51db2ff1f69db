import type { Notification } from '../notification.ts';
import type { Body } from './body.ts';

/** The types of the events: dev.loadtest.completed, dev.loadtest.regressed and dev.loadtest.runners-lost. */
const TYPES = {
  Completed: 'dev.loadtest.completed',
  Regressed: 'dev.loadtest.regressed',
  RunnersLost: 'dev.loadtest.runners-lost',
} as const satisfies Record<Notification['type'], string>;

/** A CloudEvent 1.0 in the structured mode of its JSON format. Receivers recognise a repeated one by source and id. */
export function cloudEvent({ id, type, source, test, release, verdict, title, text, status }: Notification): Body {
  const { startTime, loadStartTime, loadEndTime, completionTime, runners, counts } = status;
  const { rate, errorShare, responseTime, capacity, comparison, report } = status;
  const event = {
    specversion: '1.0',
    id,
    source,
    type: TYPES[type],
    subject: `${test.namespace}/${test.name}`,
    ...(verdict && completionTime && { time: completionTime }),
    datacontenttype: 'application/json',
    data: {
      loadTest: { ...test, release },
      verdict,
      title,
      message: text,
      ...{ startTime, loadStartTime, loadEndTime, completionTime, runners, counts, rate, errorShare, responseTime },
      capacity: capacity && { rate: capacity.rate, low: capacity.low, high: capacity.high, reason: capacity.reason },
      comparison: comparison && {
        baseline: comparison.baseline,
        result: comparison.result,
        message: comparison.message,
      },
      report,
    },
  };
  return { contentType: 'application/cloudevents+json; charset=utf-8', text: JSON.stringify(event) };
}
