import { msToSeconds } from '../api/common/duration.ts';
import { shownLine } from '../api/common/shown/text.ts';
import { limitsInWords, thresholdName, thresholdText } from '../api/loadtest/threshold.ts';
import type { Comparison } from '../api/status/comparison.ts';
import { statusText } from '../api/status/grpc-statuses.ts';
import { oneOfEachKind } from '../model/measure/unexpected-examples.ts';
import { escapeText as e } from './common/escape.ts';
import type { FinishedTest } from './common/finished-test.ts';
import { verdictOf } from './common/verdict.ts';
import { observedText, span } from './common/wording.ts';

/** `seconds`: a case of its own length, which only the verdict is. Servers add up the times of cases. */
type Case = { name: string; seconds?: number; problem?: { tag: 'failure' | 'error'; type: string; message: string } };

/**
 * Finished tests as JUnit XML, which every CI server shows: a suite for each test, with a case for its verdict and one for each threshold
 * and compared metric. In JUnit's terms, an inconclusive verdict or threshold is an error and not a failure.
 */
export function junitReport(tests: readonly FinishedTest[]): string {
  const suites = tests.map((test) => ({ test, cases: casesOf(test), seconds: secondsOf(test) }));
  const all = suites.flatMap((s) => s.cases);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="loadtest" ${totals(all)} time="${Number(suites.reduce((sum, s) => sum + s.seconds, 0).toFixed(3))}">
${suites.map(suite).join('\n')}
</testsuites>
`;
}

function suite({ test, cases, seconds }: { test: FinishedTest; cases: Case[]; seconds: number }): string {
  const name = e(test.metadata.name ?? '');
  const { loadStartTime, rate, responseTime, errorShare, capacity } = test.status ?? {};
  const started = loadStartTime === undefined ? '' : ` timestamp="${e(loadStartTime.replace(/([.][0-9]+)?Z$/, ''))}"`;
  const { rate: perSecond, low, high } = capacity ?? {};
  const figures = {
    target: test.spec.target.url,
    rate: rate?.achieved,
    errors: errorShare,
    p99: responseTime?.p99,
    capacity: perSecond?.toString(),
    capacityLow: low?.toString(),
    capacityHigh: high?.toString(),
  };
  const properties = Object.entries(figures)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `<property name="${key}" value="${e(value!)}"/>`);
  return `  <testsuite name="${name}" ${totals(cases)} skipped="0" time="${seconds}"${started}>
    <properties>${properties.join('')}</properties>
${cases.map((c) => `    ${caseXml(c, name)}`).join('\n')}${output(test.status ?? {})}
  </testsuite>`;
}

function casesOf(test: FinishedTest): Case[] {
  const { status } = test;
  const thresholds = (status?.thresholds ?? []).map((threshold): Case => {
    const [metric, limits] = [thresholdName(threshold), limitsInWords(threshold)];
    const name = thresholdText(threshold);
    if (threshold.passed) return { name };
    if (threshold.inconclusive !== undefined)
      return { name, problem: { tag: 'error', type: 'Inconclusive', message: threshold.inconclusive } };
    const observed = `${threshold.observed === undefined ? '' : 'observed '}${observedText(threshold)}`;
    return {
      name,
      problem: { tag: 'failure', type: 'ThresholdExceeded', message: `${metric}: ${observed}, ${limits}` },
    };
  });
  return [{ ...verdictCase(status), seconds: secondsOf(test) }, ...thresholds, ...comparisonCases(status?.comparison)];
}

function verdictCase(status: FinishedTest['status']): Case {
  const { status: passed, reason: type, message } = verdictOf(status?.conditions);
  if (passed === 'True') return { name: 'verdict' };
  return { name: 'verdict', problem: { tag: passed === 'False' ? 'failure' : 'error', type, message } };
}

/** A case for each compared metric, or one case with the reason why the results are not comparable. */
function comparisonCases(comparison: Comparison | undefined): Case[] {
  if (comparison === undefined) return [];
  const { baseline, maxRegression, message, metrics } = comparison;
  const limit = `at most ${maxRegression} worse than ${baseline}`;
  if (metrics.length === 0)
    return [{ name: limit, problem: { tag: 'error', type: 'NotComparable', message: `not compared: ${message}` } }];
  return metrics.map(({ metric, baseline: before, observed, change, range, result }): Case => {
    const name = `${metric} ${limit}`;
    const difference = `${metric}: ${observed ?? 'no response'} after ${before ?? 'no response'}, ${change} (${range})`;
    if (result === 'Regressed') return { name, problem: { tag: 'failure', type: result, message: difference } };
    const noise = `too noisy to tell ${maxRegression}: ${difference}`;
    return result === 'TooNoisy' ? { name, problem: { tag: 'error', type: result, message: noise } } : { name };
  });
}

/** The errors and unexpected responses, which a CI server shows below the cases. */
function output({ errors = [], unexpected = [] }: NonNullable<FinishedTest['status']>): string {
  const lines = [
    ...errors.map((r) => `${r.kind}: ${r.count} requests ${span(r.first, r.last)}, e.g. ${r.example}`),
    ...oneOfEachKind(unexpected).map(
      (r) =>
        `unexpected response to ${r.request}${r.count === undefined ? '' : `, ${r.count} like this`}: status ${statusText(r.status)} ${r.reason === undefined ? '' : `(${r.reason})`} ${r.body}`,
    ),
  ].map(shownLine);
  return lines.length === 0 ? '' : `\n    <system-out>${e(lines.join('\n'))}</system-out>`;
}

function caseXml({ name, seconds, problem }: Case, suiteName: string): string {
  const time = seconds === undefined ? '' : ` time="${seconds}"`;
  const open = `<testcase classname="${suiteName}" name="${e(name)}"${time}`;
  if (problem === undefined) return `${open}/>`;
  const { tag, type, message } = problem;
  return `${open}><${tag} type="${e(type)}" message="${e(message)}"/></testcase>`;
}

function totals(cases: readonly Case[]): string {
  const count = (tag: string) => cases.filter((c) => c.problem?.tag === tag).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
}

/** The length of the load. Times of a test that ended without a measured end may be of clocks that disagree. */
function secondsOf({ status }: FinishedTest): number {
  const ms = Date.parse(status?.loadEndTime ?? status?.completionTime ?? '') - Date.parse(status?.loadStartTime ?? '');
  return Number.isFinite(ms) ? msToSeconds(Math.max(0, ms)) : 0;
}
