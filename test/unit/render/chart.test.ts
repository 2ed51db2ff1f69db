import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chart, type Limit } from '../../../render/html/chart.ts';

const drawn = (...limits: Limit[]) =>
  chart({
    title: 'Response time',
    x: [1, 2, 3],
    series: [{ name: 'p99', colour: 1, values: [10, 100, 50] }],
    ...{ formatX: String, formatY: String, xLabel: 's', limits },
  });
const heights = (html: string) =>
  [...html.matchAll(/class="limit" x1="0" x2="1000" y1="([0-9.]+)"/g)].map(([, y]) => y);

describe('a limit in a chart', () => {
  const cases: [string, Limit[], string[]][] = [
    ['among the values is drawn at its value', [{ name: 'at most 60', value: 60 }], ['400.0']],
    ['above the values extends the axis', [{ name: 'at most 300', value: 300 }], ['0.0']],
    ['far above the values is omitted', [{ name: 'at most 401', value: 401 }], []],
    [
      'that is omitted does not hide another limit',
      [
        { name: 'a', value: 25 },
        { name: 'b', value: 9000 },
      ],
      ['750.0'],
    ],
  ];
  for (const [name, limits, at] of cases) it(name, () => assert.deepEqual(heights(drawn(...limits)), at));

  it('is named in the legend', () =>
    assert.match(drawn({ name: 'at most 60', value: 60 }), /<li><i class="limit"><\/i>at most 60<\/li>/));
});
