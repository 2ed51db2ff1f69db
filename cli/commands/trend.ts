import { shownJson } from '../../api/common/shown/text.ts';
import { trendHtml } from '../../render/trend/html.ts';
import { trendText } from '../../render/trend/text.ts';
import { trendOf } from '../../render/trend/trend.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { getSchedule } from '../cluster/cluster-schedule.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { EXIT } from '../output/exit-codes.ts';
import { outputsOf, writeOutputs } from '../output/report-files.ts';
import { formFor, refuse } from '../terminal/terminal.ts';

/** Writes the trend of a schedule to files, or prints it without one; resolves to the exit code. */
export async function trendCommand({ schedule, files, cluster }: CommandCalled<'trend'>): Promise<number> {
  const found = await getSchedule(kubectlFor(cluster), schedule);
  if ('problem' in found) return refuse([found.problem]);
  const { metadata, spec, status } = found.schedule;
  const trend = trendOf({ metadata, ...spec }, status.history ?? []);
  if (Object.keys(files).length === 0) {
    process.stdout.write(`${trendText(trend, formFor(process.stdout)).join('\n')}\n`);
    return EXIT.passed;
  }
  return refuse(
    writeOutputs(
      outputsOf([
        [files.report, () => trendHtml(trend)],
        [files.json, () => `${shownJson(trend, 2)}\n`],
      ]),
    ),
  );
}
