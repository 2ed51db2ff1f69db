import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { verdictIn } from '../../api/status/verdict.ts';

/** Colours and words of a verdict, which {@link verdictOf} makes a number. */
export const VERDICT_COLORS: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      0: { text: verdictIn({ status: 'False' }), color: 'red' },
      1: { text: verdictIn({ status: 'True' }), color: 'green' },
      2: { text: 'open', color: 'blue' },
      3: { text: verdictIn({ status: 'Unknown' }), color: 'orange' },
    },
  },
];

/** 0 failed, 1 passed, 2 not complete, 3 complete without a verdict; `read` makes an expression of the name of a metric. */
export function verdictOf(read: (metric: string) => string): string {
  return `(${read('loadtest_passed')} >= 0) or (${read('loadtest_complete')} + 2)`;
}

/** Colours and words of 1, 0 and NaN. */
export function ternary(
  yes: [text: string, color: string],
  no: [string, string],
  nan: [string, string],
): ValueMapping[] {
  const look = ([text, color]: [string, string]) => ({ text, color });
  return [
    { type: MappingType.ValueToText, options: { 0: look(no), 1: look(yes) } },
    { type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NotANumber, result: look(nan) } },
  ];
}

/** How the cells of a verdict, or of another value with colours, look in a table. */
export function coloredCells(mappings: ValueMapping[]): { id: string; value: unknown }[] {
  return [
    { id: 'mappings', value: mappings },
    { id: 'custom.cellOptions', value: { type: 'color-text' } },
  ];
}
