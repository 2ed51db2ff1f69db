import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { connectionLines, eventCounts, eventsOf, stepsOf } from '../common/connections.ts';
import { shortened, table, wrap } from '../common/table.ts';
import { statisticName, TITLES } from '../common/wording.ts';
import type { Section } from './section.ts';

/** The events of streams of the requests that had some: the name of each on a line of its own, as a table has no room for it. */
export function eventsSection(status: LoadTestStatus, width: number): Section[] {
  const requests = eventsOf(status);
  if (requests.length === 0) return [];
  const rows = requests.flatMap(({ times: all }) =>
    all.map(({ label, times }) => [`  ${label}`, ...STATISTICS.map((s) => times[s])]),
  );
  const [head, ...timed] = table([['', ...STATISTICS.map(statisticName)], ...rows]);
  const named = requests.flatMap(({ name, times }) => [shortened(name, width), ...timed.splice(0, times.length)]);
  return [{ title: TITLES.events, lines: [...wrap(eventCounts(status), width), head!, ...named] }];
}

/** The connections that were opened, with the times of their steps, and the bytes that they carried. */
export function connectionsSection(status: LoadTestStatus, width: number): Section[] {
  const lines = connectionLines(status).flatMap((line) => wrap(line, width));
  if (lines.length === 0) return [];
  const steps = stepsOf(status).map(([name, times]) => [name, ...STATISTICS.map((s) => times[s])]);
  const times = steps.length === 0 ? [] : table([['', ...STATISTICS.map(statisticName)], ...steps]);
  return [{ title: TITLES.connections, lines: [...lines, ...times] }];
}
