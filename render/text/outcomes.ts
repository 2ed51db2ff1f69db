import { formatCount } from '../../api/common/quantity.ts';
import { shownLine } from '../../api/common/shown/text.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { ERROR_ADVICE } from '../../api/status/error-advice.ts';
import type { ErrorKind } from '../../api/status/error-kinds.ts';
import { statusText } from '../../api/status/grpc-statuses.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { oneOfEachKind } from '../../model/measure/unexpected-examples.ts';
import { table, tableWithin } from '../common/table.ts';
import { addressRows, span, TITLES, timesInWords, traceCells, unexpectedDetail } from '../common/wording.ts';
import { percent, type Section } from './section.ts';

/** The statuses of the responses, with their shares of all responses. */
export function responsesSection({ responses, counts }: LoadTestStatus): Section[] {
  if (responses === undefined || responses.length === 0) return [];
  const rows = responses.map(({ status, count }) => [
    statusText(status),
    formatCount(count),
    percent(count / (counts?.done || count)),
  ]);
  return [{ title: TITLES.responses, lines: table(rows) }];
}

/** The kinds of errors with an example, and what to check after each. */
export function errorsSection({ errors }: LoadTestStatus, width: number): Section[] {
  if (errors === undefined || errors.length === 0) return [];
  const rows = errors.flatMap(({ kind, count, example, first, last }) => {
    const advice = ERROR_ADVICE[kind as ErrorKind] as string | undefined;
    const detail = [span(first, last), `e.g. ${shortened(example)}`].filter(Boolean).join(', ');
    return [[kind, formatCount(count), detail], ...(advice === undefined ? [] : [['', '', `check: ${advice}`]])];
  });
  return [{ title: TITLES.errors, lines: tableWithin(width, rows, ['left', 'right', 'left']) }];
}

/** The traces that are worth reading, with their addresses where the spec has a template of them. */
export function tracesSection({ traces = [] }: LoadTestStatus): Section[] {
  if (traces.length === 0) return [];
  const rows = traces.map((trace) => [...traceCells(trace), trace.link ?? trace.traceId]);
  return [{ title: TITLES.traces, lines: table(rows, ['left', 'left', 'left', 'right', 'left']) }];
}

/** How requests were spread over the addresses of the target; one address alone needs no table, unless names are resolved again. */
export function addressesSection({ target }: LoadTestSpec, status: LoadTestStatus): Section[] {
  const rows = addressRows(status);
  if (rows.length < (target.dns === 'PerConnection' ? 1 : 2)) return [];
  const lines = table([
    ['', 'requests', '', 'connections'],
    ...rows.map(({ address, requests, share, connections }) => [address, requests, percent(share), connections]),
  ]);
  return [{ title: TITLES.addresses, lines }];
}

/** Examples of responses that did not meet the expectation, and why they did not. */
export function unexpectedSection({ unexpected }: LoadTestStatus, width: number): Section[] {
  if (unexpected === undefined || unexpected.length === 0) return [];
  const rows = oneOfEachKind(unexpected).map((example) => [
    example.request,
    statusText(example.status),
    timesInWords(example),
    shortened(unexpectedDetail(example)),
  ]);
  return [{ title: TITLES.unexpected, lines: tableWithin(width, rows, ['left', 'left', 'right', 'left']) }];
}

function shortened(text: string): string {
  const line = shownLine(text);
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
