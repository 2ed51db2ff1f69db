import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { VERSION } from '../../api/common/version.ts';
import { readCpuLimits } from '../../runner/process/cgroup.ts';
import { threadsWithin } from '../../runner/process/cgroup-files.ts';
import { machine } from '../../runner/process/machine.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { otlpSettings } from '../given/otlp-settings.ts';
import { testsToRun } from '../given/tests-to-run.ts';
import { fromFile } from '../input/files.ts';
import { readResults } from '../input/results.ts';
import { scriptNotes } from '../input/scripts.ts';
import { givenFor, render, runAll } from '../local/run-all.ts';
import { EXIT } from '../output/exit-codes.ts';
import { writeReports } from '../output/report-files.ts';
import { interruptSignal } from '../terminal/interrupt-signal.ts';
import { displayOf, formFor, refuse } from '../terminal/terminal.ts';

/** "-" is standard input. */
const SURROUNDINGS = {
  env: process.env,
  readFile: (path: string) => readFileSync(path === '-' ? 0 : path),
  writeFile: (path: string, text: string) => writeFileSync(path, text),
};

/** Runs the LoadTests of files or of a URL, prints their results and resolves to the exit code of their verdict. */
export async function runCommand(command: CommandCalled<'run'>): Promise<number> {
  const { source, given: values, baseline, set, allowAddresses, allowScripts, output, progress, files } = command;
  const given = baseline === undefined ? { results: [] } : fromFile(baseline, readResults);
  if ('problems' in given) return refuse(given.problems);
  const prepared = await testsToRun({ ...source, given: values, set }, SURROUNDINGS);
  if ('problems' in prepared) return refuse(prepared.problems);
  const scripts = scriptNotes(prepared.tests, allowScripts);
  if ('problems' in scripts) return refuse(scripts.problems);
  if (given.results.length > 0) {
    const unmatched = prepared.tests.filter(({ test }) => givenFor(test, given.results) === undefined);
    if (unmatched.length > 0)
      return refuse(unmatched.map(({ test }) => `${baseline}: has no result for LoadTest ${test.metadata.name}`));
  }

  const otlp = otlpSettings(command.otlp, process.env);
  if ('problems' in otlp) return refuse(otlp.problems);

  const display = displayOf(progress);
  for (const note of [...prepared.notes, ...scripts.notes, ...otlp.notes]) display.note(note);
  // Loaded only by the runs that push, because its packages take 40 ms.
  const { otlpPush } = otlp.settings === undefined ? {} : await import('../local/otlp-push.ts');
  const push = otlp.settings && otlpPush?.(otlp.settings, { now: Date.now, note: (line) => display.note(line) });
  const { finished, exitCode } = await runAll({
    tests: prepared.tests,
    baselines: prepared.baselines,
    given: given.results,
    parallelism: threadsWithin(readCpuLimits().cores, availableParallelism()),
    now: Date.now,
    environment: { version: VERSION, machine: machine() },
    display,
    interrupt: interruptSignal(display),
    allowAddresses,
    push,
  });
  await push?.close();
  const tests = finished.map(({ test }) => test);
  if (output !== undefined) process.stdout.write(render(tests, output, formFor(process.stdout)));
  const reports = finished.map(({ report }) => report);
  const refused = refuse(writeReports(reports, files));
  // The verdict outweighs a report that could not be written.
  return exitCode === EXIT.passed ? refused : exitCode;
}
