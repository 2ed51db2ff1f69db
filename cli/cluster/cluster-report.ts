import * as z from 'zod';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { readReports } from '../input/results.ts';
import { getLoadTest } from './cluster-loadtest.ts';
import type { Kubectl } from './kubectl.ts';
import { statusReport } from './status-report.ts';

const ownedSchema = z.looseObject({
  metadata: z.looseObject({
    ownerReferences: z.array(z.looseObject({ uid: z.string(), controller: z.boolean().optional() })).default([]),
  }),
});

/**
 * The report of the LoadTest called `name`: from its ConfigMap, or from its status where it has no ConfigMap, or where the ConfigMap cannot be
 * read, for the reason in `note`.
 */
export async function reportFromCluster(
  kubectl: Kubectl,
  name: string,
): Promise<{ reports: ReportDocument[]; note?: string } | { problems: string[] }> {
  const found = await getLoadTest(kubectl, name);
  if ('problem' in found) return { problems: [found.problem] };
  const { metadata, status } = found.test;
  const configMap = status.report?.configMapRef.name;
  const fromStatus = (note?: string) => {
    const made = statusReport(found.test);
    return 'problem' in made ? { problems: [made.problem] } : { reports: [made.report], ...(note && { note }) };
  };
  if (configMap === undefined) return fromStatus();
  const response = await kubectl(['get', 'configmap', configMap, '-o', 'json']);
  // Not everybody who may read LoadTests may read ConfigMaps.
  if ('problem' in response) return fromStatus(`the report is made of the status alone: ${response.problem}`);
  // The operator has no permission to read ConfigMaps, so it cannot refuse one that somebody else created under this name.
  const { ownerReferences } = ownedSchema.parse(JSON.parse(response.out)).metadata;
  if (!ownerReferences.some(({ uid, controller }) => controller === true && uid === metadata.uid))
    return { problems: [`ConfigMap ${configMap} does not belong to LoadTest ${name}`] };
  return readReports(response.out, `ConfigMap ${configMap}`);
}
