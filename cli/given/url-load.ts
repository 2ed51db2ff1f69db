import type { UrlOptions } from './url-options.ts';

/** As in oha and hey. */
const USERS = '50';
const DURATION = '10s';

/** A number where the text is one; otherwise the text, which the schema refuses. */
const numberOf = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : text);

/** An open load at a rate, or a closed one of users. */
export function loadOf({ rate, users, duration, requests }: UrlOptions): { load: object } | { problem: string } {
  if (rate === undefined) {
    const length = {
      ...((duration !== undefined || requests === undefined) && { duration: duration ?? DURATION }),
      ...(requests !== undefined && { iterations: numberOf(requests) }),
    };
    return { load: { type: 'Closed', closed: { users: numberOf(users ?? USERS), ...length } } };
  }
  if (users !== undefined)
    return {
      problem: '--rate and --users exclude each other: a rate does not wait for responses, and users do',
    };
  if (requests !== undefined)
    return { problem: '--requests counts what users send; a load with --rate ends after --duration' };
  const [, count = rate, per] = /^(.+?)\/(.+)$/.exec(rate) ?? [];
  const stages = [{ duration: duration ?? DURATION, rate: numberOf(count) }];
  return {
    load: { type: 'Open', open: { stages, ...(per !== undefined && { per: /^\d/.test(per) ? per : `1${per}` }) } },
  };
}
