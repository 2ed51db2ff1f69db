import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cron } from 'croner';
import { scheduleSchema, timeZoneSchema } from '../../../api/scheduled/schedule.ts';

const takes = (text: string) => scheduleSchema.safeParse(text).success;

/** What the operator computes times with must read every schedule that the schema lets through. */
function crons(text: string): boolean {
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
    it(`may be "${text}", which croner reads too`, () => {
      assert.equal(takes(text), true);
      assert.equal(crons(text), true);
    });
  for (const text of BAD) it(`may not be "${text}"`, () => assert.equal(takes(text), false));

  it('is one that croner reads, whatever the schema lets through', () => {
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
        if (takes(text)) assert.ok(crons(text), `croner refuses ${text}`);
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
    it(`may be ${name}`, () => assert.equal(exists(name), true));
  for (const name of ['', 'Local', 'europe/zurich', 'Mars/Base', '+02:00', 'Europe/', '/Zurich'])
    it(`may not be "${name}"`, () => assert.equal(exists(name), false));
});
