import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { runnerUpdateSchema } from '../../../api/protocol/runner-update.ts';
import { snapshotSchema } from '../../../api/protocol/snapshot.ts';
import type { ReportDocument } from '../../../api/report/report-document.ts';
import { shownStream } from '../../../cli/output/shown-stream.ts';
import { encodeSnapshot } from '../../../model/wire/runner-update.ts';
import { htmlReport } from '../../../render/html/report.ts';
import { markdownReport } from '../../../render/markdown.ts';
import { fuzzResponses } from '../../support/hostile/fuzz.ts';
import { outputsOf } from '../../support/results/outputs.ts';
import { reportOf } from '../../support/results/report-document.ts';
import { snapshotOf } from '../../support/results/summary.ts';

const code = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i));
/** C0 without tab and line feed, DEL and C1, bidirectional controls, line ends of Unicode. */
const CONTROLS = [
  ...[...code(0, 8), ...code(0x0b, 0x1f), ...code(0x7f, 0x9f)],
  ...['\u061c', '\u200e', '\u200f', ...code(0x202a, 0x202e), ...code(0x2066, 0x2069), '\u2028', '\u2029'],
];
/** A link (OSC 8), a title (OSC 0), a cleared screen, and a line that looks like the verdict. */
const SEQUENCES = [
  '\x1b]8;;http://evil.test\x07here\x1b]8;;\x07',
  '\x9d0;title\x9c',
  '\x1b[2J\x1b[H',
  '\r\n\nPASSED  all is well',
];
const HOSTILE = [...CONTROLS, ...SEQUENCES].join('');

/** A value with hostile text behind each of its texts, without times, which are parsed. */
function withHostile(value: unknown): unknown {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? value : `${value}${HOSTILE}`;
  if (Array.isArray(value)) return value.map(withHostile);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withHostile(one)]));
}

function hostileReport(): ReportDocument {
  const { status, metadata, environment, spec, ...rest } = reportOf();
  const { conditions, connections, responseTime, firstByte, serviceTime, ...texts } = status;
  const hostile = withHostile(texts) as typeof status;
  const said = conditions!.map((c) => ({ ...c, message: `${c.message}${HOSTILE}` }));
  return {
    ...rest,
    spec: { ...spec, target: { ...spec.target, url: `${spec.target.url}${HOSTILE}` } },
    metadata: withHostile(metadata) as typeof metadata,
    environment: withHostile(environment) as typeof environment,
    status: {
      ...hostile,
      rate: status.rate!,
      connections: connections!,
      responseTime: responseTime!,
      firstByte: firstByte!,
      serviceTime: serviceTime!,
      conditions: said,
    },
  };
}

describe('text of others in an output', () => {
  const report = hostileReport();
  for (const [name, output] of Object.entries(outputsOf(report)))
    it(`has no character that a terminal obeys: ${name}`, () => {
      assert.ok(output.length > 0);
      const found = CONTROLS.filter((char) => output.includes(char));
      assert.deepEqual(found.map(named), []);
      if (name === 'text') assert.doesNotMatch(output, /^PASSED/m);
    });

  it('is the same text to programs that read JSON or YAML', () => {
    const { json, yaml, JSON: list } = outputsOf(report);
    const plain = JSON.parse(JSON.stringify(report));
    assert.deepEqual(JSON.parse(json!), plain);
    assert.deepEqual(JSON.parse(list!).status, plain.status);
    assert.deepEqual(parse(yaml!).status, plain.status);
  });

  it('does not end the code of a name in Markdown', () => {
    assert.match(markdownReport([{ ...report, metadata: { name: 'a` <b>' } }]), /^### Load test `a' <b>`:/);
  });

  it('is cleaned in what kubectl prints, also in characters of several chunks', async () => {
    const stream = shownStream();
    for (const byte of Buffer.from('a\x1b[2J\u202eé\n')) stream.write(Buffer.from([byte]));
    stream.end();
    assert.equal(Buffer.concat(await stream.toArray()).toString(), 'a\ufffd[2J\ufffdé\n');
  });
});

describe('text of a runner with a control character is refused', () => {
  const snapshot = encodeSnapshot(snapshotOf('order', 100));
  const error = { kind: 'Other', count: 1, example: 'x' };
  const unexpected = { request: 'order', status: 500, body: 'a\n\tb' };
  const sent = { ...snapshot, errors: [error], unexpected: [unexpected] };
  it('and without one it is accepted', () => assert.equal(snapshotSchema.safeParse(sent).error, undefined));
  for (const char of ['\x1b', '\x00', '\r', '\x7f', '\x9b', '\u202e', '\u2028'])
    it(named(char), () => {
      const bad = `a${char}b`;
      const refused: [path: string, change: object][] = [
        ['errors.0.kind', { errors: [{ ...error, kind: bad }] }],
        ['errors.0.example', { errors: [{ ...error, example: bad }] }],
        ['unexpected.0.body', { unexpected: [{ ...unexpected, body: bad }] }],
        ['unexpected.0.reason', { unexpected: [{ ...unexpected, reason: bad }] }],
      ];
      for (const [path, change] of refused)
        assert.equal(snapshotSchema.safeParse({ ...sent, ...change }).error?.issues[0]?.path.join('.'), path);
      for (const change of [{ message: bad }, { machine: bad }, { teardown: { state: 'Failed', message: bad } }])
        assert.equal(runnerUpdateSchema.safeParse({ phase: 'Failed', ...change }).success, false);
    });
});

describe('the policy of the HTML report', () => {
  const page = htmlReport([reportOf()]);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.replaceAll('&#39;', "'");
  const allowed = (kind: string) => new RegExp(`${kind}-src '(sha256-[^']+)'(;|$)`).exec(policy)?.[1];
  const sourceOf = (tag: string) =>
    `sha256-${createHash('sha256')
      .update(new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)![1]!)
      .digest('base64')}`;
  it('allows the one style and the one script of the page by their hashes', () => {
    assert.equal(allowed('style'), sourceOf('style'));
    assert.equal(allowed('script'), sourceOf('script'));
  });
  it('allows nothing else inline, and the page needs nothing else', () => {
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(page, /<[^>]* (style|on\w+)=/);
  });
});

function named(char: string): string {
  return JSON.stringify(char);
}

it('no secret and no control character of a hostile response comes through to any output', () => {
  // `npm run fuzz -- outputs` tries a hundred thousand.
  assert.deepEqual(fuzzResponses(200, 1), []);
});
