import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { run } from '../../test/cluster/system/run.ts';
import { ROOT } from '../build/bundle.ts';
import { defaultsTemplate } from '../chart-defaults.ts';

export const CHART = join(ROOT, 'charts/loadtest-operator');

/** The oldest Kubernetes that the chart accepts (kubeVersion of Chart.yaml). */
export const OLDEST_KUBERNETES = '1.31.0';

export type ImageReference = {
  /** Such as ghcr.io/owner/loadtest-operator. */
  repository: string;
  /** Such as sha256:…; absent: the tag is the chart's appVersion. */
  digest?: string;
};

/** Copies the chart with the released image as its default, and with the links that Artifact Hub shows. `source`: URL of the repository. */
export function writeReleasedChart(folder: string, image: ImageReference, source: string): void {
  cpSync(CHART, folder, { recursive: true });
  const values = parseDocument(readFileSync(join(CHART, 'values.yaml'), 'utf8'));
  values.setIn(['image', 'repository'], image.repository);
  if (image.digest !== undefined) values.setIn(['image', 'digest'], image.digest);
  const text = values.toString({ lineWidth: 0 });
  writeFileSync(join(folder, 'values.yaml'), text);
  writeFileSync(join(folder, 'templates/_defaults.tpl'), defaultsTemplate(text));

  const chart = parseDocument(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'));
  chart.set('home', source);
  chart.set('sources', [source]);
  const reference =
    image.digest === undefined
      ? `${image.repository}:${chart.get('appVersion')}`
      : `${image.repository}@${image.digest}`;
  chart.setIn(
    ['annotations', 'artifacthub.io/images'],
    `- name: loadtest-operator\n  image: ${reference}\n  platforms: [linux/amd64, linux/arm64]\n`,
  );
  writeFileSync(join(folder, 'Chart.yaml'), chart.toString({ lineWidth: 0 }));
}

/** Packs a chart into `to` with helm, and returns the archive's path. */
export async function packChart(chart: string, to: string): Promise<string> {
  const output = await run(['helm', 'package', chart, '--destination', to]);
  const path = /saved it to: (\S+)/.exec(output)?.[1];
  if (path === undefined) throw new Error(`helm package: ${output}`);
  return path;
}
