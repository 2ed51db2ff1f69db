import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cron } from 'croner';
import { scheduleSchema, timeZoneSchema } from '../../../api/scheduled/schedule.ts';

const accepts = (text: string) => scheduleSchema.safeParse(text).success;

/** Whether croner, with which the operator computes times, parses a schedule. It must parse every schedule that the schema accepts. */
function parses(text: string): boolean {
  try {
    new Cron(text, { mode: '5-part', sloppyRanges: true, paused: true });
    return true;
  } catch {
    return false;
  }
}

const GOOD = [
  ...[
    '* * * * *',
    '0 0 * * *',
    '59 23 31 12 7',
    '00 05 01 01 0',
    '*/5 * * * *',
    '5/10 * * * *',
    '1-10/3 * * * *',
    '0-0 * * * *',
  ],
  ...[
    '1,2,3-5,*/7 * * * *',
    '0 0 ? * ?',
    '0 0 * jan sun',
    '0 0 * JAN-MAR Mon-fri',
    '0 0 1,15 * MON',
    '0 0 * * 5-7',
    '0 0 */31 */12 */7',
  ],
  ...[
    '@yearly',
    '@annually',
    '@monthly',
    '@weekly',
    '@daily',
    '@midnight',
    '@hourly',
    '0  0   * * *',
    '59/59 23/23 31/31 12/12 *',
  ],
];
const BAD = [
  ...[
    '',
    '*',
    '* * * *',
    '* * * * * *',
    ' * * * * *',
    '* * * * * ',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * 32 * *',
    '* * * 0 *',
  ],
  ...[
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '*/60 * * * *',
    '5-1 * * * *',
    '* * * * FRI-MON',
    '* * * dec-jan *',
    '1- * * * *',
    ',1 * * * *',
  ],
  ...[
    '@every 5m',
    '@reboot',
    'TZ=UTC * * * * *',
    '? * * * *',
    '* * L * *',
    '* * * * MON#1',
    '* * 1W * *',
    '* * * * mondays',
    '*/2/3 * * * *',
    '-1 * * * *',
  ],
];

describe('a schedule', () => {
  for (const text of GOOD)
    it(`can be "${text}", which croner parses too`, () => {
      assert.equal(accepts(text), true);
      assert.equal(parses(text), true);
    });
  for (const text of BAD) it(`cannot be "${text}"`, () => assert.equal(accepts(text), false));

  it('is parsed by croner whenever the schema accepts it', () => {
    const numbers = ['0', '1', '7', '12', '23', '31', '59', '05'];
    const parts = [
      ...numbers,
      '*',
      '?',
      '*/2',
      '3/4',
      '2-6',
      '6-2',
      '1-5/2',
      '1,2',
      'jan',
      'FRI',
      'mon-fri',
      'feb-dec/3',
    ];
    for (const position of [0, 1, 2, 3, 4])
      for (const part of parts) {
        const text = ['1', '1', '1', '1', '1'].with(position, part).join(' ');
        if (accepts(text)) assert.ok(parses(text), `croner refuses ${text}`);
      }
  });
});

describe('a time zone', () => {
  const exists = (name: string) => timeZoneSchema.safeParse(name).success;
  for (const name of [
    'Etc/UTC',
    'UTC',
    'Europe/Zurich',
    'America/Port-au-Prince',
    'Etc/GMT+5',
    'Asia/Calcutta',
    'EST5EDT',
  ])
    it(`can be ${name}`, () => assert.equal(exists(name), true));
  for (const name of ['', 'Local', 'europe/zurich', 'Mars/Base', '+02:00', 'Europe/', '/Zurich'])
    it(`cannot be "${name}"`, () => assert.equal(exists(name), false));
});
