import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunnersTemplate } from '../../../../api/loadtest/pod/template.ts';
import { mergedTemplate } from '../../../../operator/loadtest/resources/merged-template.ts';

const rows: [title: string, defaults: RunnersTemplate, own: RunnersTemplate, merged: RunnersTemplate][] = [
  [
    'a field of the chart stays',
    { schedulerName: 'a' },
    { priorityClassName: 'b' },
    { schedulerName: 'a', priorityClassName: 'b' },
  ],
  ['a field of the test replaces it', { schedulerName: 'a' }, { schedulerName: 'b' }, { schedulerName: 'b' }],
  [
    'maps are merged',
    { labels: { a: '1', b: '1' }, securityContext: { runAsUser: 7, fsGroup: 8 } },
    { labels: { b: '2' }, securityContext: { runAsUser: 9 } },
    { labels: { a: '1', b: '2' }, securityContext: { runAsUser: 9, fsGroup: 8 } },
  ],
  [
    'lists add up, and an entry of the test replaces one of its name',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '1' },
      ],
      tolerations: [{ operator: 'Exists' }],
    },
    { env: [{ name: 'B', value: '2' }], tolerations: [{ key: 'a', operator: 'Exists' }] },
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      tolerations: [{ operator: 'Exists' }, { key: 'a', operator: 'Exists' }],
    },
  ],
  [
    'spread constraints are replaced',
    { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] },
    { topologySpreadConstraints: [] },
    { topologySpreadConstraints: [] },
  ],
  [
    'resources are merged one by one',
    { resources: { requests: { cpu: '1', memory: '1Gi' } } },
    { resources: { requests: { cpu: '2' } } },
    { resources: { requests: { cpu: '2', memory: '1Gi' }, limits: {} } },
  ],
  [
    "a request of the chart gives way to the test's limit of that resource, which may be lower",
    { resources: { requests: { cpu: '1', memory: '1Gi' } } },
    { resources: { limits: { cpu: '500m' } } },
    { resources: { requests: { memory: '1Gi' }, limits: { cpu: '500m' } } },
  ],
  [
    "a limit of the chart gives way to the test's request of that resource, which may be higher",
    { resources: { limits: { cpu: '1' } } },
    { resources: { requests: { cpu: '2' } } },
    { resources: { requests: { cpu: '2' }, limits: {} } },
  ],
];

describe("the chart's defaults for runners", () => {
  for (const [title, defaults, own, merged] of rows)
    it(title, () => assert.deepEqual(mergedTemplate(defaults, own), merged));
});
