/// <reference lib="esnext.temporal" />
import * as z from 'zod';
import { textOf, withRules } from '../common/rule.ts';

const MACROS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** A name or an ascending range of names: `(jan(-(jan|feb))?|feb(-(feb))?)`. */
const namesOf = (names: string[]) =>
  `(?i:${names.map((from, i) => `${from}(-(${names.slice(i).join('|')}))?`).join('|')})`;

/** One of Cron's five fields: a comma-separated list of `*`, numbers, ranges and names, each with an optional step. */
function field(number: string, step: string, { names = [] as string[], any = '[*]' } = {}): string {
  const values = [any, `${number}(-${number})?`, ...(names.length > 0 ? [namesOf(names)] : [])].join('|');
  const entry = `(${values})([/](${step}))?`;
  return `${entry}(,${entry})*`;
}

const FIELDS = [
  field('[0-5]?[0-9]', '[1-9]|[1-5][0-9]'),
  field('([01]?[0-9]|2[0-3])', '[1-9]|1[0-9]|2[0-3]'),
  field('(0?[1-9]|[12][0-9]|3[01])', '[1-9]|[12][0-9]|3[01]', { any: '[*?]' }),
  field('(0?[1-9]|1[0-2])', '[1-9]|1[0-2]', { names: MONTHS }),
  field('[0-7]', '[1-7]', { names: WEEKDAYS, any: '[*?]' }),
];
const PATTERN = `^(${MACROS.join('|')}|${FIELDS.join(' +')})$`;

/** {@link PATTERN} without its macros. Node 22 has no `(?i:…)`, so that the whole expression ignores case. */
const FIVE_FIELDS = new RegExp(`^(${FIELDS.join(' +').replaceAll('(?i:', '(?:')})$`, 'i');

/** Lists of days that only longer months have, with the months that lack them, where no day of the week counts instead. */
const never = (day: string, month: string) => {
  const days = `${day}(-${day})?([/][0-9]+)?`;
  return `${days}(,${days})* +${month}(,${month})*`;
};
const NEVER = `^[^ ]+ +[^ ]+ +(${never('(30|31)', '(0?2|feb)')}|${never('31', '(0?[2469]|11|feb|apr|jun|sep|nov)')}) +[*?]$`;
const NEVER_COMES = new RegExp(NEVER, 'i');

/** Cron's five fields or a macro, as in a CronJob. The pattern is a rule with a readable message, because the API server would quote the pattern itself. */
export const scheduleSchema = withRules(
  z.string().min(1).max(100),
  {
    cel: `self.matches('${PATTERN}')`,
    message:
      'must be a Cron schedule: minute, hour, day of the month, month and day of the week, such as "*/15 6-22 * * MON-FRI", or a macro such as @daily',
    test: (text) => MACROS.includes(text) || FIVE_FIELDS.test(text),
  },
  {
    cel: "!self.findAll('[0-9]+-[0-9]+').exists(range, int(range.split('-')[0]) > int(range.split('-')[1]))",
    message: 'must have no range that runs backwards',
    test: (text) => [...text.matchAll(/([0-9]+)-([0-9]+)/g)].every(([, from, to]) => Number(from) <= Number(to)),
  },
  {
    cel: `!self.lowerAscii().matches('${NEVER}')`,
    message: 'must have a day of the month that one of its months has',
    test: (text) => !NEVER_COMES.test(text),
  },
);

/** A name of the tz database. An unknown zone is an error in CEL, so that the API server rejects the object. */
export const timeZoneSchema = withRules(
  textOf(
    /^[A-Z][-+_A-Za-z0-9]*([/][A-Z][-+_A-Za-z0-9]*)*$/,
    'must be a name of the tz database such as Europe/Zurich or Etc/UTC',
    { min: 1, max: 64 },
  ),
  {
    cel: "self != 'Local' && timestamp('2000-01-01T00:00:00Z').getHours(self) >= 0",
    message: 'must be a time zone that exists',
    test: timeZoneExists,
  },
);

/**
 * Whether the tz database has this name in exactly these letters, as the API server requires. `Intl` ignores case and replaces an alias by
 * its canonical name, so that without Temporal (before Node 26) an alias in other letters passes here and fails in the cluster.
 */
function timeZoneExists(name: string): boolean {
  try {
    if (typeof Temporal !== 'undefined') return new Temporal.ZonedDateTime(0n, name).timeZoneId === name;
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
