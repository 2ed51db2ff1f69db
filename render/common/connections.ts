import { formatCount } from '../../api/common/quantity.ts';
import type { Times } from '../../api/status/fields/times.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes with three digits: 999 -> "999 B", 1_234_567 -> "1.23 MB". */
export function bytesText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (Number(value.toPrecision(3)) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

/** "64 opened, 5,436 requests on a connection that had carried another", and "1.2 MB sent, 3.4 MB received"; each where it is known. */
export function connectionLines({ connections, bytes }: Pick<LoadTestStatus, 'connections' | 'bytes'>): string[] {
  return [
    ...(connections === undefined
      ? []
      : [
          `${formatCount(connections.opened)} opened, ${formatCount(connections.reused)} requests on one that had carried another`,
        ]),
    ...(bytes === undefined ? [] : [`${bytesText(bytes.sent)} sent, ${bytesText(bytes.received)} received`]),
  ];
}

/** The requests with events of streams, each with their times. */
export function eventsOf({ requests = [] }: Pick<LoadTestStatus, 'requests'>) {
  return requests.flatMap(({ name, events: { first, between } = {} }) => {
    const times = [
      ...(first === undefined ? [] : [{ label: 'first event', times: first }]),
      ...(between === undefined ? [] : [{ label: 'between two', times: between }]),
    ];
    return times.length === 0 ? [] : [{ name, times }];
  });
}

/** "1,000 events of order". */
export function eventCounts({ requests = [] }: Pick<LoadTestStatus, 'requests'>): string {
  return requests
    .flatMap(({ name, events }) => (events === undefined ? [] : `${formatCount(events.received)} of ${name}`))
    .join(', ');
}

/** The steps of opening connections that there were, with their times. */
export function stepsOf({ connections }: Pick<LoadTestStatus, 'connections'>): [name: string, times: Times][] {
  const { dns, connect, tls } = connections ?? {};
  const steps = [
    ['DNS lookup', dns],
    ['connect', connect],
    ['TLS handshake', tls],
  ] as const;
  return steps.flatMap(([name, times]): [string, Times][] => (times === undefined ? [] : [[name, times]]));
}
