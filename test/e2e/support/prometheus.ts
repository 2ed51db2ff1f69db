import type { Environment } from './environment.ts';

/** One series of a result; `values` are [epoch seconds, value], oldest first. */
export type Series = { metric: Record<string, string>; values: [number, string][] };

type QueryResult = {
  status: string;
  error?: string;
  data: { result: { metric: Record<string, string>; value: [number, string] }[] };
};
type RangeQueryResult = Omit<QueryResult, 'data'> & { data: { result: Series[] } };

async function fetchQuery<T extends QueryResult | RangeQueryResult>(url: URL): Promise<T> {
  const response = (await (await fetch(url)).json()) as T;
  if (response.status !== 'success')
    throw new Error(`Prometheus: ${response.error} (${url.searchParams.get('query')})`);
  return response;
}

/** The value of a query with at most one series. */
export async function scalar({ prometheusUrl }: Environment, query: string): Promise<number | undefined> {
  const url = new URL('/api/v1/query', prometheusUrl);
  url.searchParams.set('query', query);
  const value = (await fetchQuery<QueryResult>(url)).data.result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}

/** A query's series over a time range, in steps of a second. */
export async function series(
  { prometheusUrl }: Environment,
  query: string,
  range: { from: Date; to: Date },
): Promise<Series[]> {
  const url = new URL('/api/v1/query_range', prometheusUrl);
  const times = { start: range.from.toISOString(), end: range.to.toISOString(), step: '1' };
  for (const [key, value] of Object.entries({ query, ...times })) url.searchParams.set(key, value);
  return (await fetchQuery<RangeQueryResult>(url)).data.result;
}
