import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instruction } from '../../../../api/protocol/instruction.ts';
import type { TrialState } from '../../../../api/protocol/trial.ts';
import { isNews, isPresent, outcomeOf, type Progress, pauseMs } from '../../../../runner/agent/after-exchange.ts';
import type { ExchangeProblem } from '../../../../runner/agent/operator-client.ts';

type Response = Instruction | ExchangeProblem;

const instructed = (instruction: Instruction['instruction']): Response => ({
  instruction,
  nowMs: 0,
  nextReportMs: 700,
});
const AWAY: Response = { problem: 'away' };
const BUSY: Response = { problem: 'busy', retryAfterMs: 3000 };
const UNREADABLE: Response = { problem: 'unreadable', isUnreadable: true };
const trial = (number: number, state: TrialState) => ({ trial: { number, state, lateMs: 0, ranMs: 0 } });

const SHORT = 5 * 60_000;
const LONG = SHORT + 1;

const outcomes: [string, Progress, Response, number, ReturnType<typeof outcomeOf>][] = [
  ['goes on after an instruction', { phase: 'Running' }, instructed('Continue'), 0, undefined],
  ['ends when its final update is accepted', { phase: 'Finished' }, instructed('Accepted'), 0, 'accepted'],
  ['waits for an operator that is away', { phase: 'Starting' }, AWAY, SHORT, undefined],
  ['does not wait too long for its assignment', { phase: 'Starting' }, AWAY, LONG, 'abandoned'],
  ['does not wait too long at the barrier', { phase: 'Ready' }, AWAY, LONG, 'abandoned'],
  ['does not wait too long with its final update', { phase: 'Finished' }, AWAY, LONG, 'abandoned'],
  ['carries on with its load without an operator', { phase: 'Running' }, AWAY, LONG, undefined],
  ['carries on with a trial', { phase: 'Running', ...trial(1, 'Running') }, AWAY, LONG, undefined],
  ['does not wait too long for a trial', { phase: 'Running', ...trial(1, 'Done') }, AWAY, LONG, 'abandoned'],
  ['ends when it cannot read its assignment', { phase: 'Starting' }, UNREADABLE, 0, 'abandoned'],
  ['carries on when it can read no instruction any more', { phase: 'Running' }, UNREADABLE, LONG, undefined],
];
for (const [sentence, update, response, awayMs, expected] of outcomes)
  test(`a runner ${sentence}`, () => assert.equal(outcomeOf(update, response, awayMs), expected));

test('an operator is present when it sends an instruction or has too much to do', () => {
  assert.deepEqual([instructed('Wait'), BUSY, AWAY, UNREADABLE].map(isPresent), [true, true, false, false]);
});

test('the next update is due when the operator says, and soon after a problem', () => {
  assert.deepEqual([instructed('Wait'), BUSY, AWAY].map(pauseMs), [700, 3000, 500]);
});

const PENDING = { state: 'Pending' } as const;
const news: [string, boolean, { before: Progress; now: Progress }][] = [
  ['an unchanged phase', false, { before: { phase: 'Running' }, now: { phase: 'Running' } }],
  ['another phase', true, { before: { phase: 'Running' }, now: { phase: 'Finished' } }],
  [
    'the end of a teardown',
    true,
    {
      before: { phase: 'Finished', teardown: PENDING },
      now: { phase: 'Finished', teardown: { state: 'Done' } },
    },
  ],
  [
    'a pending teardown',
    false,
    {
      before: { phase: 'Finished', teardown: PENDING },
      now: { phase: 'Finished', teardown: PENDING },
    },
  ],
  [
    'the end of a trial',
    true,
    { before: { phase: 'Running', ...trial(1, 'Running') }, now: { phase: 'Running', ...trial(1, 'Done') } },
  ],
  [
    'the end of the next trial',
    true,
    { before: { phase: 'Running', ...trial(1, 'Done') }, now: { phase: 'Running', ...trial(2, 'Done') } },
  ],
  [
    'the beginning of a trial',
    false,
    { before: { phase: 'Running', ...trial(1, 'Done') }, now: { phase: 'Running', ...trial(2, 'Running') } },
  ],
  [
    'a trial that is still done',
    false,
    { before: { phase: 'Running', ...trial(1, 'Done') }, now: { phase: 'Running', ...trial(1, 'Done') } },
  ],
];
for (const [what, expected, { before, now }] of news)
  test(`${what} is ${expected ? '' : 'not '}reported at once`, () => assert.equal(isNews(now, before), expected));
