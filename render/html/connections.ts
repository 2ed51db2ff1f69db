import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { STATISTICS } from '../../model/result/figures.ts';
import { connectionLines, eventCounts, eventsOf, stepsOf } from '../common/connections.ts';
import { escapeText as e } from '../common/escape.ts';
import { statisticName, TITLES } from '../common/wording.ts';
import { section } from './section.ts';

/** The events of streams of the requests that had some. */
export function events(status: LoadTestStatus): string {
  const rows = eventsOf(status).flatMap(({ name, times: all }) =>
    all.map(({ label, times }) => [e(`${name}: ${label}`), ...STATISTICS.map((s) => e(times[s]))]),
  );
  const counts = `<p class="soft">${e(eventCounts(status))}</p>`;
  return section(TITLES.events, ['', ...STATISTICS.map(statisticName)], rows, counts);
}

/** The connections that were opened, with the times of their steps, and the bytes that they carried. */
export function connections(status: LoadTestStatus): string {
  const steps = stepsOf(status);
  const rows = STATISTICS.map((s) => [statisticName(s), ...steps.map(([, times]) => e(times[s]))]);
  const lines = `<p class="soft">${connectionLines(status).map(e).join('; ')}</p>`;
  return section(
    TITLES.connections,
    ['statistic', ...steps.map(([name]) => name)],
    steps.length === 0 ? [] : rows,
    lines,
  );
}
