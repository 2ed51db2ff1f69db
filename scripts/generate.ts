import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { GROUP } from '../api/common/group.ts';
import { dashboardFiles } from '../charts/dashboards/files.ts';
import { RECORDING_GROUPS } from '../charts/recording-rules.ts';
import { defaultsTemplate } from './chart-defaults.ts';
import { describedSchema } from './chart-schema.ts';
import { customResourceDefinition, DEFINITIONS } from './crd/definition.ts';
import { referencePage } from './crd/reference.ts';
import { resourceDeclarations } from './declarations.ts';
import { metricsPage } from './metrics-page.ts';
import { reportSchema } from './report-schema.ts';

const ROOT = join(import.meta.dirname, '..');
const CHART = 'charts/loadtest-operator';
const HEADER = '# Generated from api/ by `npm run generate`; do not edit.\n';

const RULES_HEADER = '# Generated from charts/recording-rules.ts by `npm run generate`; do not edit.\n';

/** The contents of all generated files by path relative to the repository's root. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const definition of DEFINITIONS) {
    const yaml =
      HEADER + stringify(customResourceDefinition(definition), { lineWidth: 0, aliasDuplicateObjects: false });
    const name = `${GROUP}_${definition.names.plural}.yaml`;
    files.set(`crds/${name}`, yaml);
    files.set(`${CHART}/definitions/${name}`, yaml);
  }
  files.set(`${CHART}/rules/recording.yaml`, RULES_HEADER + stringify(RECORDING_GROUPS, { lineWidth: 0 }));
  files.set('docs/metrics.md', metricsPage());
  for (const { path, text } of dashboardFiles()) files.set(path, text);
  files.set(
    `${CHART}/templates/_defaults.tpl`,
    defaultsTemplate(readFileSync(join(ROOT, CHART, 'values.yaml'), 'utf8')),
  );
  const schema = `${CHART}/values.schema.json`;
  files.set(schema, describedSchema(read(schema) ?? '{}', read(`${CHART}/values.yaml`) ?? ''));
  files.set('lib/resource.d.ts', resourceDeclarations());
  files.set('docs/report.schema.json', reportSchema());
  return files.set('docs/reference.md', referencePage(DEFINITIONS));
}

/** The paths of files that are missing or outdated. */
export function staleFiles(): string[] {
  return [...generatedFiles()].filter(([path, text]) => read(path) !== text).map(([path]) => path);
}

function read(path: string): string | undefined {
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function write(): void {
  for (const [path, text] of generatedFiles()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const stale = staleFiles();
    for (const path of stale) console.error(`${path} is stale: run npm run generate`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else write();
}
