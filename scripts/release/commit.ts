import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run } from '../../test/cluster/system/run.ts';
import { ROOT } from '../build/bundle.ts';
import { CHART } from './chart.ts';

export type Commit = { revision: string; epochSeconds: number };

/** The commit of the work tree. */
export async function currentCommit(): Promise<Commit> {
  const [revision = '', time] = (await run(['git', 'log', '-1', '--format=%H %ct'], { cwd: ROOT })).trim().split(' ');
  return { revision, epochSeconds: Number(time) };
}

/** The version of this repository: that of package.json. */
export function projectVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The reasons why a tag such as v0.1.0 cannot be released; empty if it can. */
export function tagProblems(tag: string): string[] {
  const version = tag.replace(/^v/, '');
  const chart: { version: string; appVersion: string } = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'));
  const versions = {
    'package.json': projectVersion(),
    'version of Chart.yaml': chart.version,
    'appVersion of Chart.yaml': chart.appVersion,
  };
  const others = Object.entries(versions).filter(([, other]) => other !== version);
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d\\d-\\d\\d\\)$`, 'm');
  return [
    ...(tag === `v${version}` ? [] : [`the tag ${tag} must begin with v`]),
    ...others.map(([place, other]) => `the ${place} is ${other}, and the tag ${tag}`),
    ...(heading.test(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'))
      ? []
      : [`CHANGELOG.md has no heading "## ${version} (YYYY-MM-DD)"`]),
  ];
}
