import { thresholdName } from '../api/loadtest/threshold.ts';
import type { Comparison } from '../api/status/comparison.ts';
import { findCondition } from '../api/status/conditions.ts';
import { escapeText as e } from './common/escape.ts';
import type { Finished } from './common/finished.ts';
import { limitsInWords, span } from './common/wording.ts';

type Case = { name: string; problem?: { tag: 'failure' | 'error'; type: string; message: string } };

/**
 * Finished tests as JUnit XML, which every CI server shows: a suite for each test, a case for each threshold and one for the verdict.
 * A verdict that could not be reached is an error and not a failure, as JUnit tells them apart.
 */
export function junitReport(tests: readonly Finished[]): string {
  const suites = tests.map((test) => ({ test, cases: casesOf(test), seconds: secondsOf(test) }));
  const all = suites.flatMap((s) => s.cases);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="loadtest" ${totals(all)} time="${suites.reduce((sum, s) => sum + s.seconds, 0)}">
${suites.map(suite).join('\n')}
</testsuites>
`;
}

function suite({ test, cases, seconds }: { test: Finished; cases: Case[]; seconds: number }): string {
  const name = e(test.metadata.name ?? '');
  const { loadStartTime, rate, responseTime, errorShare } = test.status ?? {};
  const started = loadStartTime === undefined ? '' : ` timestamp="${e(loadStartTime.replace(/([.][0-9]+)?Z$/, ''))}"`;
  const figures = { target: test.spec.target.url, rate: rate?.achieved, errors: errorShare, p99: responseTime?.p99 };
  const properties = Object.entries(figures)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `<property name="${key}" value="${e(value!)}"/>`);
  return `  <testsuite name="${name}" ${totals(cases)} skipped="0" time="${seconds}"${started}>
    <properties>${properties.join('')}</properties>
${cases.map((c) => `    ${caseXml(c, name, seconds)}`).join('\n')}${output(test.status ?? {})}
  </testsuite>`;
}

function casesOf({ status }: Finished): Case[] {
  const passed = findCondition(status?.conditions, 'Passed');
  const verdict: Case = { name: 'verdict' };
  if (passed?.status !== 'True') {
    const tag = passed?.status === 'False' ? 'failure' : 'error';
    verdict.problem = {
      tag,
      type: passed?.reason ?? 'NotJudged',
      message: passed?.message ?? 'the test was not judged',
    };
  }
  const thresholds = (status?.thresholds ?? []).map((threshold): Case => {
    const { observed, passed: holds } = threshold;
    const [what, limits] = [thresholdName(threshold), limitsInWords(threshold)];
    const name = `${what} ${limits}`;
    if (holds) return { name };
    const message = observed === undefined ? 'nothing to measure' : `observed ${observed}`;
    return {
      name,
      problem: { tag: 'failure', type: 'ThresholdExceeded', message: `${what}: ${message}, ${limits}` },
    };
  });
  return [verdict, ...thresholds, ...comparisonCases(status?.comparison)];
}

/** A case for each metric that was compared, or one that says why none was. */
function comparisonCases(comparison: Comparison | undefined): Case[] {
  if (comparison === undefined) return [];
  const { baseline, maxRegression, message, metrics } = comparison;
  const limit = `at most ${maxRegression} worse than ${baseline}`;
  if (metrics.length === 0)
    return [{ name: limit, problem: { tag: 'error', type: 'NotComparable', message: `not compared: ${message}` } }];
  return metrics.map(({ metric, baseline: before, observed, change, range, regressed }): Case => {
    const name = `${metric} ${limit}`;
    if (!regressed) return { name };
    const what = `${metric}: ${observed} after ${before}, ${change} (${range})`;
    return { name, problem: { tag: 'failure', type: 'Regressed', message: what } };
  });
}

/** What went wrong in single requests, for whoever looks into a failed suite: a CI server shows it below the cases. */
function output({ errors = [], unexpected = [] }: NonNullable<Finished['status']>): string {
  const lines = [
    ...errors.map((r) => `${r.kind}: ${r.count} requests ${span(r.first, r.last)}, e.g. ${r.example}`),
    ...unexpected.map(
      (r) =>
        `unexpected answer to ${r.request}: status ${r.status} ${r.reason === undefined ? '' : `(${r.reason})`} ${r.body}`,
    ),
  ].map((line) => line.replace(/\s+/g, ' ').trim());
  return lines.length === 0 ? '' : `\n    <system-out>${e(lines.join('\n'))}</system-out>`;
}

function caseXml({ name, problem }: Case, suiteName: string, seconds: number): string {
  const open = `<testcase classname="${suiteName}" name="${e(name)}" time="${seconds}"`;
  if (problem === undefined) return `${open}/>`;
  const { tag, type, message } = problem;
  return `${open}><${tag} type="${e(type)}" message="${e(message)}"/></testcase>`;
}

function totals(cases: readonly Case[]): string {
  const count = (tag: string) => cases.filter((c) => c.problem?.tag === tag).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
}

function secondsOf({ status }: Finished): number {
  const ms = Date.parse(status?.completionTime ?? '') - Date.parse(status?.loadStartTime ?? '');
  return Number.isFinite(ms) ? ms / 1e3 : 0;
}
