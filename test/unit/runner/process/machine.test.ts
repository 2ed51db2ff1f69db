import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_REPORT_DOCUMENT_BYTES } from '../../../../api/report/report-document.ts';
import { reportDocument } from '../../../../model/result/report-document.ts';
import { reconcile } from '../../../../operator/loadtest/decide/reconcile.ts';
import { htmlReport } from '../../../../render/html/report.ts';
import { machine } from '../../../../runner/process/machine.ts';
import { at, loadTest, observedState, snapshot, update } from '../../../support/operator/operator-fixtures.ts';
import { reportOf } from '../../../support/results/report-document.ts';

describe("the description of a runner's machine", () => {
  it('is one line with processors, memory, architecture and system', () =>
    assert.match(machine(), /^[0-9]+ x .+, [0-9.]+ GiB, [a-z0-9]+, [A-Z][a-z]+ [0-9].*, Node [0-9.]+$/));

  it('is in the final update and the full report, each distinct machine once', () => {
    const { actions } = reconcile(
      observedState({
        test: loadTest({}, { startTime: at(-30_000), loadStartTime: at(-12_000) }),
        updates: new Map(
          [0, 1].map((i) => update(i, { phase: 'Finished', snapshot: snapshot(50), machine: '4 x Xeon, 8 GiB' })),
        ),
      }),
    );
    const write = actions.find((a) => a.type === 'WriteReport');
    assert.deepEqual(
      write?.runners.map((r) => r.machine),
      ['4 x Xeon, 8 GiB', '4 x Xeon, 8 GiB'],
    );
    const { metadata, spec, status, timeline, environment } = reportOf();
    const report = reportDocument({ metadata, spec, status, timeline, environment, runners: write!.runners });
    assert.deepEqual(report.environment.machines, ['4 x Xeon, 8 GiB']);
    assert.match(htmlReport([report]), /<td>machines<\/td><td class="text">4 x Xeon, 8 GiB<\/td>/);
    assert.ok(JSON.stringify(report).length < MAX_REPORT_DOCUMENT_BYTES);
  });
});
