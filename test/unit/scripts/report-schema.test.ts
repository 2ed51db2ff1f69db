import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { reportOf } from '../../support/results/report-document.ts';

const file = join(import.meta.dirname, '../../../docs/report.schema.json');

describe('the JSON schema of a report', () => {
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const schema = z.fromJSONSchema(json);
  const written = () => JSON.parse(JSON.stringify(reportOf()));

  it('accepts a report', () => {
    const { error } = schema.safeParse(written());
    assert.deepEqual(error?.issues ?? [], []);
  });

  const wrong: [title: string, change: (report: ReturnType<typeof written>) => void, path: string][] = [
    ['a time as text', (r) => (r.result.responseTime.p99Ms = '88ms'), 'result.responseTime.p99Ms'],
    ['an unknown field', (r) => (r.result.p99 = 88), 'result'],
    ['another version', (r) => (r.apiVersion = 'loadtest.dev/v2'), 'apiVersion'],
    ['a report without its numbers', (r) => delete r.result, 'result'],
  ];
  for (const [title, change, path] of wrong)
    it(`refuses ${title}`, () => {
      const report = written();
      change(report);
      const { error } = schema.safeParse(report);
      assert.deepEqual(
        error?.issues.map((issue) => issue.path.join('.')),
        [path],
      );
    });

  /** The fields of numbers below `schema`, with their paths. */
  function numbersIn(node: Node, path: string): string[] {
    const here = node.type === 'number' ? [path] : [];
    const fields = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
      numbersIn(child, `${path}.${name}`),
    );
    const items = [node.items, ...(node.anyOf ?? [])].flatMap((child) => (child ? numbersIn(child, path) : []));
    return [...here, ...fields, ...items];
  }
  type Node = { type?: string; properties?: Record<string, Node>; items?: Node; anyOf?: Node[] };

  it('has no fraction whose name does not end with its unit', () => {
    const numbers = ['result', 'timeline', 'runners'].flatMap((part) => numbersIn(json.properties[part], part));
    assert.deepEqual(
      numbers.filter((path) => !/(Ms|Seconds|PerSecond|Share|Cores)$/.test(path)),
      [],
    );
    assert.ok(numbers.includes('timeline.p99Ms') && numbers.includes('result.requests.responseTime.p99Ms'));
  });
});
