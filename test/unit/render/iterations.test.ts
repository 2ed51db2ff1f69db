import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTestSpecSchema } from '../../../api/loadtest/loadtest.ts';
import { statusLine } from '../../../cli/cluster/wait.ts';
import { liveLines } from '../../../cli/terminal/live-view.ts';
import { progressLine } from '../../../cli/terminal/progress.ts';
import { viewOfStatus, viewOfSummary } from '../../../cli/terminal/view-of-run.ts';
import { judge } from '../../../model/judge/verdict.ts';
import { resultStatus } from '../../../model/result/result-status.ts';
import { plain } from '../../../render/common/paint.ts';
import { htmlReport } from '../../../render/html/report.ts';
import { markdownReport } from '../../../render/markdown.ts';
import { textReport } from '../../../render/text/report.ts';
import { reportOf } from '../../support/results/report-document.ts';
import { virtualLoad } from '../../support/virtual-load.ts';

const MS = 1000;

const specOf = (load: object) =>
  loadTestSpecSchema.parse({
    target: { url: 'http://target' },
    requestOrder: 'Sequential',
    requests: [{ name: 'login' }, { name: 'browse', thinkTime: '1s' }, { name: 'pay' }],
    load,
  });

/** 30 iterations at 5/s; every third ends with the response to the second request. */
function run() {
  const spec = specOf({ type: 'Open', open: { stages: [{ duration: '6s', rate: 5 }] } });
  let browsed = 0;
  const { summary } = virtualLoad(spec, ({ name }) => {
    const isCut = name === 'browse' && ++browsed % 3 === 0;
    return { outcome: 'response', status: isCut ? 500 : 200, after: 5 * MS };
  });
  const verdict = judge(spec, summary, { desired: 1, lost: 0 });
  const at = '2026-03-01T12:00:00.000Z';
  const status = {
    ...resultStatus(summary, verdict),
    conditions: [{ ...verdict.passed, type: 'Passed' as const, lastTransitionTime: at }],
    loadStartTime: at,
  };
  return { spec, summary, verdict, status };
}

describe('a test of iterations counts and rates them', () => {
  const { spec, summary, verdict, status } = run();
  const test = { metadata: { name: 'journey' }, spec, status };
  const nowMs = Date.parse(status.loadStartTime) + 7000;
  const live = (view: Parameters<typeof liveLines>[0]) => liveLines(view, { columns: 120, rows: 24 }, plain).join('\n');
  const complete = { ...status.conditions[0]!, type: 'Complete' as const, reason: 'Running', message: '' };
  const RATE = '3.333 iterations/s';

  const forms: [form: string, text: string, parts: (string | RegExp)[]][] = [
    [
      'the verdict',
      verdict.passed.message,
      ['20 of 30 iterations completed, 80 of 80 requests done, 3.333 iterations/s'],
    ],
    [
      'the text report',
      textReport(test),
      [`target 5 iterations/s on average, achieved ${RATE} (66.7%)`, '20 of 30 iterations'],
    ],
    [
      'the Markdown report',
      markdownReport([test]),
      [`**${RATE}** (target 5 iterations/s), 20 of 30 iterations completed`],
    ],
    [
      'the HTML report',
      htmlReport([{ ...reportOf(), spec, status }]),
      ['iterations per second, target 5', 'of 30 iterations completed'],
    ],
    [
      'the live view',
      live(viewOfSummary(spec, undefined, summary)),
      [/iterations\/s, target [0-9.]+ iterations\/s/, /80 done +of 80/],
    ],
    ['the live view of a cluster', live(viewOfStatus(spec, status, nowMs)!), [`${RATE}, target 5 iterations/s`]],
    ['the progress line', progressLine(spec, undefined, summary), [/[0-9.]+ iterations\/s .* done 80 /]],
    ['the line of a cluster', statusLine({ ...status, conditions: [complete] }, spec), [`done 80  ${RATE}`]],
  ];
  for (const [form, text, parts] of forms)
    it(`in ${form}`, () => {
      for (const part of parts) assert.ok(typeof part === 'string' ? text.includes(part) : part.test(text), text);
    });

  it('and shows how many of the planned ones are over', () => {
    const users = specOf({ type: 'Closed', closed: { users: 1, iterations: 60 } });
    assert.equal(viewOfSummary(users, undefined, summary).share, 0.5);
    assert.equal(viewOfStatus(users, status, nowMs)?.share, 0.5);
  });
});
