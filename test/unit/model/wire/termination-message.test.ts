import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { MAX_TERMINATION_MESSAGE_BYTES } from '../../../../api/protocol/termination-message.ts';
import { seededRandom } from '../../../../model/common/random.ts';
import { identityProblems, noCounts } from '../../../../model/measure/counters.ts';
import { Histogram } from '../../../../model/measure/histogram.ts';
import { PackedHistogram } from '../../../../model/measure/packed-histogram.ts';
import type { Snapshot } from '../../../../model/measure/snapshot.ts';
import type { RunnerUpdate } from '../../../../model/wire/runner-update.ts';
import { decodeTerminationMessage, encodeTerminationMessage } from '../../../../model/wire/termination-message.ts';
import { terminationLogFile } from '../../../../runner/agent/termination-log.ts';
import { sameTimes } from '../../../support/results/summary.ts';

const random = seededRandom(7);

/** Times of a typical web service: mostly near 8 ms, with a tail up to seconds. */
function times(count: number): Histogram {
  const histogram = new Histogram();
  for (let i = 0; i < count; i++) histogram.record(Math.round(8000 * (0.7 + random()) + 20_000 / (0.005 + random())));
  return histogram;
}

/** A histogram with every bucket in use, which is the largest possible. */
function full(): Histogram {
  const histogram = new Histogram();
  for (let i = 1; i < Histogram.LENGTH; i++) histogram.counts[i] = 1 + Math.floor(random() * 1e6);
  return histogram;
}

function snapshotOf(names: readonly string[], make: () => Histogram, kinds = 2): Snapshot {
  const errors = Array.from({ length: Math.min(kinds, 100) }, (_, i) => ({
    kind: `Kind${i}`,
    count: i + 1,
    example: 'x'.repeat(1024),
  }));
  const failed = errors.reduce((sum, { count }) => sum + count, 0);
  return {
    elapsedMs: 12_345,
    requests: names.map((name) => {
      const histogram = make();
      const done = histogram.count;
      const packed = PackedHistogram.of(histogram);
      return {
        name,
        counts: {
          ...noCounts(),
          generated: done + failed + 6,
          made: done + failed + 3,
          dropped: 3,
          done,
          failed,
          inFlight: 3,
        },
        ...sameTimes(packed),
        bytes: { sent: 100 * done, received: 2 ** 45 },
      };
    }),
    responses: Array.from({ length: kinds }, (_, i) => ({ code: String(200 + i), count: i + 1 })),
    errors,
    inFlightPeaks: { second: 0, newest: [], most: 12 },
    connections: {
      ...{ opened: 7, written: 900 },
      ...{ dns: PackedHistogram.EMPTY, connect: PackedHistogram.EMPTY, tls: PackedHistogram.EMPTY },
    },
    pacingLag: PackedHistogram.of(make()),
    cpuMs: 1234,
    eventLoopUtilization: 0.1234,
    throttledMs: 321,
    gc: { count: 40, totalMs: 90, maxMs: 4.5 },
  };
}

const update = (snapshot: Snapshot): RunnerUpdate => ({ phase: 'Running', startedAtMs: 1_700_000_000_000, snapshot });
const near = (a: number, b: number, share: number) => Math.abs(a - b) <= share * b;

describe('a termination message', () => {
  it('of a typical load keeps every count, and times to two digits', () => {
    const before = snapshotOf(['default'], () => times(50_000));
    const text = encodeTerminationMessage(update(before))!;
    assert.ok(text.length <= MAX_TERMINATION_MESSAGE_BYTES, `${text.length} bytes`);
    const after = decodeTerminationMessage(text, ['default'])!;
    assert.equal(after.phase, 'Running');
    assert.equal(after.startedAtMs, 1_700_000_000_000);
    assert.equal(after.snapshot?.elapsedMs, 12_345);
    assert.equal(after.snapshot?.throttledMs, 321);
    assert.deepEqual(after.snapshot?.gc, before.gc);
    assert.deepEqual(after.snapshot?.inFlightPeaks, before.inFlightPeaks);
    assert.deepEqual(after.snapshot?.requests[0]?.counts, before.requests[0]?.counts);
    assert.deepEqual(
      after.snapshot?.responses.toSorted((a, b) => Number(a.code) - Number(b.code)),
      before.responses,
    );
    const original = before.requests[0]!.responseTime.unpack();
    const decoded = after.snapshot!.requests[0]!.responseTime.unpack();
    assert.equal(decoded.count, original.count);
    for (const p of [1, 50, 90, 99, 99.9, 100]) {
      assert.ok(near(decoded.valueAtPercentile(p)!, original.valueAtPercentile(p)!, 0.01), `p${p}`);
    }
    assert.ok(near(decoded.mean!, original.mean!, 0.005));
  });

  it('of the largest measurement fits and keeps every count', () => {
    const names = Array.from({ length: 32 }, (_, i) => `request-${i}`);
    const before = snapshotOf(names, full, 800);
    const text = encodeTerminationMessage(update(before))!;
    assert.ok(text.length <= MAX_TERMINATION_MESSAGE_BYTES, `${text.length} bytes`);
    const after = decodeTerminationMessage(text, names)!;
    assert.deepEqual(
      after.snapshot?.requests.map((r) => r.counts),
      before.requests.map((r) => r.counts),
    );
    for (const { counts } of after.snapshot!.requests) assert.deepEqual(identityProblems(counts), []);
  });

  it('reduces the resolution of times before it drops them', () => {
    const before = update(snapshotOf(['default'], () => times(50_000)));
    const sizes = [4096, 1500, 700].map((limit) => {
      const text = encodeTerminationMessage(before, limit)!;
      assert.ok(text.length <= limit);
      const { responseTime } = decodeTerminationMessage(text, ['default'])!.snapshot!.requests[0]!;
      assert.equal(responseTime.unpack().count, 50_000);
      return text.length;
    });
    assert.deepEqual(
      sizes.toSorted((a, b) => b - a),
      sizes,
    );
  });

  it('does not exist without a measurement, or when not even the counts fit', () => {
    assert.equal(encodeTerminationMessage({ phase: 'Ready' }), undefined);
    assert.equal(encodeTerminationMessage(update(snapshotOf(['default'], full)), 20), undefined);
  });

  it('is ignored when it is not one', () => {
    const good = encodeTerminationMessage(update(snapshotOf(['default'], () => times(10))))!;
    assert.equal(decodeTerminationMessage('', ['default']), undefined);
    assert.equal(decodeTerminationMessage('Error: out of memory', ['default']), undefined);
    assert.equal(decodeTerminationMessage(good.slice(0, good.length / 2), ['default']), undefined);
    assert.equal(decodeTerminationMessage(good, ['default', 'another']), undefined);
  });

  it('with random bytes never makes the decoder throw', () => {
    const good = Buffer.from(encodeTerminationMessage(update(snapshotOf(['default'], () => times(100))))!, 'base64');
    for (let i = 0; i < 2000; i++) {
      const bad = Buffer.from(good);
      bad[Math.floor(random() * bad.length)] = Math.floor(random() * 256);
      assert.doesNotThrow(() => decodeTerminationMessage(bad.toString('base64'), ['default']));
    }
  });
});

test('the termination log always contains one complete message, also after a longer one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'termination-message-'));
  try {
    const path = join(folder, 'termination-log');
    writeFileSync(path, '');
    const write = terminationLogFile(path, assert.fail);
    const long = snapshotOf(['default'], () => times(50_000));
    const short = snapshotOf(['default'], () => times(10));
    for (const snapshot of [short, long, short]) {
      write(update(snapshot));
      const read = decodeTerminationMessage(readFileSync(path, 'utf8'), ['default']);
      assert.deepEqual(read?.snapshot?.requests[0]?.counts, snapshot.requests[0]?.counts);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a missing termination log is logged once', () => {
  const messages: string[] = [];
  const write = terminationLogFile('/nowhere/termination-log', (message) => messages.push(message));
  write(update(snapshotOf(['default'], () => times(10))));
  write(update(snapshotOf(['default'], () => times(10))));
  assert.equal(messages.length, 1);
});
