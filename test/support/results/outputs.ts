import type { LoadTest } from '../../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../../api/report/report-document.ts';
import { withConditions } from '../../../api/status/conditions.ts';
import { loadTestTable } from '../../../cli/cluster/loadtest-table.ts';
import { reportOutputs } from '../../../cli/output/report-files.ts';
import { displayOn, quietDisplay } from '../../../cli/terminal/display.ts';
import { viewOfStatus } from '../../../cli/terminal/view-of-run.ts';
import { eventManifest } from '../../../operator/loadtest/act/events.ts';
import { jsonLog } from '../../../operator/runtime/log.ts';
import { comparisonMarkdown, comparisonText } from '../../../render/common/comparison.ts';
import { plain } from '../../../render/common/paint.ts';
import { jsonReport, yamlReport } from '../../../render/documents.ts';
import { textReport } from '../../../render/text/report.ts';

const FILES = { report: 'html', junit: 'xml', json: 'json', markdown: 'md', csv: 'csv' };

/** The sequences with which the live view moves the cursor itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's sequences begin with one
const OWN = /\r|\x1b\[(\?25[lh]|\d*A|J)/g;

/**
 * Everything that people see of a test, by the name of the output: reports in all forms, what the commands print, and what the operator logs and
 * writes into its objects. The live view is without its own sequences.
 */
export function outputsOf(report: ReportDocument): Record<string, string> {
  const { status } = report;
  const test = { ...report, apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest' } as unknown as LoadTest;
  const said = (status.conditions ?? []).map(({ message }) => message).join(' ');
  const { comparison } = status;
  const object = {
    ...{ namespace: 'n', name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  };
  const list = { items: [{ metadata: object, status }] };
  return {
    ...Object.fromEntries(reportOutputs([report], FILES).map(({ path, content }) => [path, content])),
    text: textReport(test),
    yaml: yamlReport([test]),
    JSON: jsonReport([test]),
    ...(comparison && {
      comparison: comparisonText(comparison, 'n', plain).join('\n'),
      comparisonMarkdown: comparisonMarkdown(comparison, report.metadata.name).join('\n'),
    }),
    ...Object.fromEntries([true, false].map((isLive) => [isLive ? 'live' : 'lines', watched(report, isLive, said)])),
    list: loadTestTable(JSON.stringify(list), { allNamespaces: true, nowMs: 0, paint: plain }).join('\n'),
    log: logged(said),
    event: eventManifest('LoadTest', object, { type: 'Warning', reason: 'Failed', note: said }, 0).note,
    conditions: withConditions(
      [],
      { Complete: { status: 'True', reason: 'Finished', message: said } },
      { now: 'now', observedGeneration: 1 },
    )[0]!.message,
  };
}

/** A run on a screen, and on one without progress. */
function watched(report: ReportDocument, isLive: boolean, said: string): string {
  const { metadata, spec, status } = report;
  let out = '';
  const screen = {
    ...{ isLive, paint: plain, size: () => ({ columns: 200, rows: 50 }), onResize: () => {} },
    write: (text: string) => {
      out += text;
    },
  };
  for (const display of [displayOn(screen), quietDisplay(screen)]) {
    display.begin({ metadata, spec } as Pick<LoadTest, 'metadata' | 'spec'>);
    display.progress(viewOfStatus(spec, status, Date.parse(status.loadStartTime ?? '')), said);
    display.note(said);
    display.end();
  }
  return out.replaceAll(OWN, '');
}

function logged(said: string): string {
  let out = '';
  jsonLog((line) => {
    out += line;
  }).warn(said, { error: said });
  return out;
}
