import { COUNTER_NAMES, COUNTERS, counterMetric, GAUGES } from '../../../api/status/counters.ts';
import { EXPORTED_FIGURES } from '../../../api/status/exported-figures.ts';
import type { Snapshot } from '../../../model/measure/snapshot.ts';
import type { Bytes } from '../../../model/measure/transfer/bytes.ts';
import { type Family, one } from './text-format.ts';

/** The counts of requests, of their outcomes, and of what was transferred. */
export function countFamilies(snapshot: Snapshot | undefined): Family[] {
  return [...requestCounters(snapshot), ...outcomes(snapshot), ...transfers(snapshot)];
}

function requestCounters(snapshot: Snapshot | undefined): Family[] {
  return COUNTER_NAMES.map((name) => ({
    name: `requests_${counterMetric(name)}_total`,
    type: 'counter',
    help: COUNTERS[name].help,
    labels: ['request'],
    series: (snapshot?.requests ?? []).map((request) => ({
      labels: { request: request.name },
      value: request.counts[name],
    })),
  }));
}

function outcomes(snapshot: Snapshot | undefined): Family[] {
  const { requests = [], errors = [], responses = [], redirects } = snapshot ?? {};
  return [
    {
      name: 'errors_total',
      type: 'counter',
      help: EXPORTED_FIGURES.errors,
      labels: ['kind'],
      series: errors.map(({ kind, count }) => ({ labels: { kind }, value: count })),
    },
    {
      name: 'responses_total',
      type: 'counter',
      help: EXPORTED_FIGURES.responses,
      labels: ['status'],
      series: responses.map(({ code, count }) => ({ labels: { status: code }, value: count })),
    },
    {
      name: 'redirects_total',
      type: 'counter',
      help: 'Redirects that were followed: the target has received as many more requests than were made.',
      labels: [],
      series: one(redirects),
    },
    {
      name: 'messages_total',
      type: 'counter',
      help: EXPORTED_FIGURES.messages,
      labels: ['request'],
      series: requests.map(({ name, messages = 0 }) => ({ labels: { request: name }, value: messages })),
    },
    ...GAUGES.map(
      (name): Family => ({
        name: `requests_${counterMetric(name)}`,
        type: 'gauge',
        help: COUNTERS[name].help,
        labels: [],
        series: one(requests.reduce((total, r) => total + r.counts[name], 0)),
      }),
    ),
  ];
}

function transfers(snapshot: Snapshot | undefined): Family[] {
  const bytesOf = (direction: keyof Bytes) =>
    (snapshot?.requests ?? []).flatMap(({ name, bytes }) =>
      bytes === undefined ? [] : [{ labels: { request: name }, value: bytes[direction] }],
    );
  return [
    {
      name: 'sent_bytes_total',
      type: 'counter',
      help: 'Bytes of requests before encryption.',
      labels: ['request'],
      series: bytesOf('sent'),
    },
    {
      name: 'received_bytes_total',
      type: 'counter',
      help: 'Bytes of responses before encryption.',
      labels: ['request'],
      series: bytesOf('received'),
    },
    {
      name: 'connections_opened_total',
      type: 'counter',
      help: 'Connections that were opened.',
      labels: [],
      series: one(snapshot?.connections?.opened),
    },
  ];
}
