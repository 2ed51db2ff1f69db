import type { Problem } from '../../api/common/problems.ts';

/** The options of `loadtest run URL`, as texts of the command line. */
export type UrlOptions = {
  rate?: string;
  users?: string;
  duration?: string;
  requests?: string;
  method?: string;
  header?: string[];
  body?: string;
  timeout?: string;
};

/** The fields of a LoadTest that options stand for, where there is one, as --set names them. */
export const FIELDS: { readonly [option in keyof UrlOptions]: string } = {
  rate: 'load.open.stages[0].rate',
  users: 'load.closed.users',
  duration: 'load.closed.duration',
  requests: 'load.closed.iterations',
  method: 'requests[0].method',
  timeout: 'target.timeout',
};

/** The options behind fields of the LoadTest. */
const OPTIONS: readonly [field: RegExp, option: string][] = [
  [/^spec\.target\.url|^spec\.requests\[0\]\.path/, 'URL'],
  [/^spec\.target\.timeout/, '--timeout'],
  [/\.duration$/, '--duration'],
  [/^spec\.load\.open/, '--rate'],
  [/\.users$/, '--users'],
  [/\.iterations$/, '--requests'],
  [/\.method$/, '--method'],
  [/\.headers/, '--header'],
  [/\.body/, '--body'],
];

/** A problem with the option that gave its field. */
export function inOptions({ path, message }: Problem): string {
  const [, option = path] = OPTIONS.find(([field]) => field.test(path)) ?? [];
  return `${option}: ${message}`;
}
