import { columnOf } from '../../api/common/template.ts';
import {
  isMethod,
  isStatusPattern,
  METHOD_MESSAGE,
  NO_METHODS,
  OF_BODIES,
  STATUS_MESSAGE,
} from '../../api/loadtest/http-names.ts';
import type { RequestSpec } from '../../api/loadtest/request.ts';
import { shortened } from '../../api/loadtest/text-faults.ts';
import type { Table } from './data.ts';

/** What a request needs of the values of a column; `faultOf` says what a value must be instead. */
type ColumnCheck = { column: string; faultOf: (value: string) => string | undefined };

/**
 * The first value of the data that a request cannot use as its method, its expected status or its URL. Names row and column, and quotes the
 * value unless the rows are `secret`. `targetHost`: host and port of the target's URL.
 */
export function rowProblem(
  requests: readonly RequestSpec[],
  { columns, rows }: Table,
  { targetHost, secret }: { targetHost: string; secret: boolean },
): string | undefined {
  for (const request of requests) {
    for (const { column, faultOf } of columnChecks(request, targetHost)) {
      const index = columns.indexOf(column);
      const at = rows.findIndex((row) => faultOf(row[index]!) !== undefined);
      if (at < 0) continue;
      const value = rows[at]![index]!;
      const shown = secret ? '' : `: ${JSON.stringify(shortened(value))}`;
      return `row ${at + 1}, column "${column}"${shown} ${faultOf(value)} (request "${request.name}")`;
    }
  }
  return undefined;
}

function columnChecks(request: RequestSpec, targetHost: string): ColumnCheck[] {
  const ofColumn = (text: string, faultOf: ColumnCheck['faultOf']) => {
    const column = columnOf(text);
    return column === undefined ? [] : [{ column, faultOf }];
  };
  const hosts = hostsOf(request, targetHost);
  const url = /^([$][{]data[.][^}|]+)[|]raw[}]/.exec(request.path ?? '')?.[1];
  return [
    ...ofColumn(request.method, (value) => methodFault(value, request)),
    ...(request.expect?.status ?? []).flatMap((text) => ofColumn(text, statusFault)),
    ...(url === undefined || hosts === 'any' ? [] : ofColumn(`${url}}`, (value) => urlFault(value, hosts))),
  ];
}

function methodFault(value: string, { expect }: RequestSpec): string | undefined {
  if (!isMethod(value)) return `${METHOD_MESSAGE}, but not ${NO_METHODS.join(' or ')}`;
  const ofBody = value === 'HEAD' ? OF_BODIES.find((field) => expect?.[field] !== undefined) : undefined;
  return ofBody && `must have no expect.${ofBody}: the response to a HEAD request has no body`;
}

function statusFault(value: string): string | undefined {
  return isStatusPattern(value) ? undefined : STATUS_MESSAGE;
}

/** The hosts, with ports, that a whole URL in a column may name; any, where the header Host is not constant. */
function hostsOf({ headers = [] }: RequestSpec, targetHost: string): readonly string[] | 'any' {
  const header = headers.find(({ name }) => name.toLowerCase() === 'host');
  if (header === undefined) return [targetHost];
  return header.value === undefined || header.value.includes('${') ? 'any' : [targetHost, header.value.toLowerCase()];
}

function urlFault(value: string, hosts: readonly string[]): string | undefined {
  if (!/^https?:[/][/]/i.test(value)) return undefined;
  const host = URL.parse(value)?.host ?? '';
  if (hosts.includes(host)) return undefined;
  return `must be a URL of ${hosts.join(' or ')}, or a path: requests go to the target, so leave the host out or set the header Host`;
}
