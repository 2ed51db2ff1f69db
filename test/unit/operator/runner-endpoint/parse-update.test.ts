import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasuredTrial } from '../../../../model/measure/trial/measured-trial.ts';
import { encodeIntervalEnds, encodeRunnerUpdate, encodeSnapshot } from '../../../../model/wire/runner-update.ts';
import { parseUpdate } from '../../../../operator/runner-endpoint/parse-update.ts';
import { snapshot } from '../../../support/operator/operator-fixtures.ts';

const bytesOf = (body: unknown) => Buffer.from(JSON.stringify(body));

describe('a runner update', () => {
  it('whose counts do not add up is refused with the path of the counts', () => {
    const forged = snapshot(1);
    forged.requests[0]!.counts.done = 1000;
    const response = parseUpdate(bytesOf(encodeRunnerUpdate({ phase: 'Running', snapshot: forged })));
    assert.match('error' in response ? response.error : '', /^snapshot\.requests\.0\.counts: made 1 is not done 1000/);
    const trial: MeasuredTrial = { number: 1, state: 'Running', lateMs: 0, ranMs: 10, snapshot: forged };
    const ofTrial = parseUpdate(bytesOf(encodeRunnerUpdate({ phase: 'Running', snapshot: snapshot(1), trial })));
    assert.match('error' in ofTrial ? ofTrial.error : '', /^trial\.snapshot\.requests\.0\.counts: made 1 is not/);
  });

  it('with a histogram of an interval that does not decode is refused with the path of the histogram', () => {
    const end = { elapsedMs: 1000, threads: 1, ended: 1, done: 1, errors: 0 };
    const { responseTime } = snapshot(1).requests[0]!;
    const sent = encodeIntervalEnds({ stepMs: 1000, ends: [{ ...end, responseTime }], last: { ...end, responseTime } });
    const windows = { ...sent, last: { ...sent.last, responseTime: 'AAAA' } };
    assert.deepEqual(
      parseUpdate(bytesOf({ ...encodeRunnerUpdate({ phase: 'Finished', snapshot: snapshot(1) }), windows })),
      {
        status: 400,
        error: 'windows.1.responseTime: must be an HdrHistogram in the V2 encoding',
      },
    );
  });

  it('that violates the schema is refused with the path of its field', () => {
    assert.deepEqual(
      parseUpdate(bytesOf({ phase: 'Running', snapshot: { ...encodeSnapshot(snapshot(1)), cpuMs: -1 } })),
      {
        status: 400,
        error: 'snapshot.cpuMs: Too small: expected number to be >=0',
      },
    );
  });

  it('with a histogram that does not decode is refused with the path of the histogram', () => {
    const broken = encodeSnapshot(snapshot(1));
    broken.requests[0]!.serviceTime = 'AAAA';
    assert.deepEqual(parseUpdate(bytesOf({ phase: 'Running', snapshot: broken })), {
      status: 400,
      error: 'snapshot.requests.0.serviceTime: must be an HdrHistogram in the V2 encoding',
    });
  });
});
