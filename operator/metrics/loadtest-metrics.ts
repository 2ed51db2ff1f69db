import { TEST_FAMILIES, type TestFamily } from './loadtest-families.ts';
import type { TestTotals } from './loadtest-totals.ts';

/** The figures of one LoadTest with its name. */
export type NamedTotals = { namespace: string; name: string; totals: TestTotals };

/**
 * The merged figures of every LoadTest in Prometheus' text format, for as long as the LoadTest exists. They include the measurements after
 * the last scrape of a runner. No registry, because thousands of tests have more than a hundred thousand series, and it would keep each as an
 * object; and one piece a family, so that their text never exists as a whole. No label needs an escape: the API server admits only names, and
 * releases of few characters.
 */
export function* testMetrics(tests: readonly NamedTotals[]): Generator<string> {
  for (const family of TEST_FAMILIES) yield familyText(family, tests);
}

function familyText({ name: family, type, help, of }: TestFamily, tests: readonly NamedTotals[]): string {
  const lines = [`# HELP ${family} ${help}`, `# TYPE ${family} ${type}`];
  for (const { namespace, name, totals } of tests) {
    for (const { labels, value } of of(totals)) {
      if (value === undefined) continue;
      const own = labels === undefined ? '' : textOf(labels);
      lines.push(`${family}{loadtest_namespace="${namespace}",loadtest="${name}"${own}} ${value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function textOf(labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const name in labels) text += `,${name}="${labels[name]}"`;
  return text;
}
