import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { connectionLines, eventCounts, eventsOf, stepsOf } from '../common/connections.ts';
import { table, tableWithin, wrap } from '../common/table.ts';
import { statisticName, TITLES } from '../common/wording.ts';
import type { Section } from './section.ts';

/** The server-sent events of the requests that had some. */
export function eventsSection(status: LoadTestStatus, width: number): Section[] {
  const rows = eventsOf(status).map(([name, times]) => [name, ...STATISTICS.map((s) => times[s])]);
  if (rows.length === 0) return [];
  const lines = [
    ...wrap(eventCounts(status), width),
    ...tableWithin(width, [['', ...STATISTICS.map(statisticName)], ...rows]),
  ];
  return [{ title: TITLES.events, lines }];
}

/** The connections that were opened, with the times of their steps, and the bytes that they carried. */
export function connectionsSection(status: LoadTestStatus, width: number): Section[] {
  const lines = connectionLines(status).flatMap((line) => wrap(line, width));
  if (lines.length === 0) return [];
  const steps = stepsOf(status).map(([name, times]) => [name, ...STATISTICS.map((s) => times[s])]);
  const times = steps.length === 0 ? [] : table([['', ...STATISTICS.map(statisticName)], ...steps]);
  return [{ title: TITLES.connections, lines: [...lines, ...times] }];
}
