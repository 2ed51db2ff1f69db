import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TargetPod } from '../../../../operator/kube/api.ts';
import { releaseOf } from '../../../../operator/scheduled/due/release-from.ts';
import { NOW } from '../../../support/operator/operator-fixtures.ts';

const LABEL = 'app.kubernetes.io/version';
const matchLabels = { app: 'checkout' };

type Given = { image?: string; version?: string; phase?: string; deleted?: boolean };

function pod({ image = 'checkout', version, phase = 'Running', deleted = false }: Given): TargetPod {
  return {
    metadata: {
      ...{ name: 'checkout', namespace: 'shop', uid: 'u', resourceVersion: '1' },
      creationTimestamp: new Date(NOW).toISOString(),
      ...(version !== undefined && { labels: { [LABEL]: version } }),
      ...(deleted && { deletionTimestamp: new Date(NOW).toISOString() }),
    },
    spec: {
      containers: [
        { name: 'app', image },
        { name: 'proxy', image: 'proxy:1' },
      ],
    },
    status: { phase },
  };
}

const rows: [
  sentence: string,
  pods: Given[],
  from: { label?: string; container?: string },
  expected: string | undefined,
][] = [
  ['the tag of the image', [{ image: 'registry.example.com:5000/shop/checkout:v42' }], {}, 'v42'],
  ['the tag beside a digest', [{ image: 'checkout:v42@sha256:0123456789abcdef' }], {}, 'v42'],
  ['the digest without a tag', [{ image: 'checkout@sha256:0123456789abcdef' }], {}, 'sha256:0123456789ab'],
  ['nothing for an image without both', [{ image: 'registry:5000/checkout' }], {}, undefined],
  ['the tag of another container', [{ image: 'checkout:v42' }], { container: 'proxy' }, '1'],
  ['nothing for a container that is missing', [{ image: 'checkout:v42' }], { container: 'web' }, undefined],
  ['the value of a label', [{ version: '4.2', image: 'checkout:main' }], { label: LABEL }, '4.2'],
  ['nothing without the label', [{ image: 'checkout:v42' }], { label: LABEL }, undefined],
  ['each release once', [{ image: 'a:v42' }, { image: 'a:v42' }], {}, 'v42'],
  ['both releases of a rolling update', [{ image: 'a:v42' }, { image: 'a:v41' }], {}, 'v41+v42'],
  [
    'no release of pods that end or have not begun',
    [{ image: 'a:v41', deleted: true }, { image: 'a:v43', phase: 'Pending' }, { image: 'a:v42' }],
    {},
    'v42',
  ],
  ['nothing without pods', [], {}, undefined],
  ['at most 63 characters', [{ image: `a:${'x'.repeat(100)}` }], {}, 'x'.repeat(63)],
];
for (const [sentence, pods, from, expected] of rows)
  it(`the release of a target is ${sentence}`, () =>
    assert.equal(releaseOf(pods.map(pod), { matchLabels, ...from }), expected));
