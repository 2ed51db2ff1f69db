import { shownJson } from '../api/common/shown/text.ts';
import type { LoadTest } from '../api/loadtest/loadtest.ts';
import { yamlText } from './yaml-text.ts';

/** LoadTests as YAML documents, in the form of `kubectl get -o yaml`. */
export function yamlReport(tests: readonly LoadTest[]): string {
  return tests.map(yamlText).join('---\n');
}

/** One LoadTest as JSON, several as a List, in the form of `kubectl get -o json`. */
export function jsonReport(tests: readonly LoadTest[]): string {
  const value = tests.length === 1 ? tests[0] : { apiVersion: 'v1', kind: 'List', items: tests };
  return `${shownJson(value, 2)}\n`;
}
