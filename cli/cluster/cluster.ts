import * as z from 'zod';
import { GROUP, LOAD_TEST } from '../../api/common/group.ts';
import { loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import { loadTestStatusSchema } from '../../api/status/loadtest-status.ts';
import { readReports } from '../input/results.ts';
import type { InCluster } from './cluster-loadtest.ts';
import type { Kubectl } from './kubectl.ts';
import { statusReport } from './status-report.ts';

/** LoadTests by their full name, so that no other kind of that name can be meant. */
export const RESOURCE = `${LOAD_TEST.plural}.${GROUP}`;

const objectSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), uid: z.string() }),
  spec: z.unknown().optional(),
  status: loadTestStatusSchema.optional(),
});
const ownedSchema = z.looseObject({
  metadata: z.looseObject({
    ownerReferences: z.array(z.looseObject({ uid: z.string(), controller: z.boolean().optional() })).default([]),
  }),
});
/** The report of the LoadTest called `name`: from its ConfigMap, or where it has none from its status. */
export async function reportFromCluster(
  kubectl: Kubectl,
  name: string,
): Promise<{ reports: ReportDocument[] } | { problems: string[] }> {
  const found = await loadTestCalled(kubectl, name);
  if ('problem' in found) return { problems: [found.problem] };
  const { metadata, status } = found.test;
  const configMap = status.report?.configMapRef.name;
  if (configMap === undefined) {
    const made = statusReport(found.test);
    return 'problem' in made ? { problems: [made.problem] } : { reports: [made.report] };
  }
  const response = await kubectl(['get', 'configmap', configMap, '-o', 'json']);
  if ('problem' in response) return { problems: [response.problem] };
  // The operator may not read ConfigMaps, and so cannot tell its own from one that somebody else put there before it.
  const { ownerReferences } = ownedSchema.parse(JSON.parse(response.out)).metadata;
  if (!ownerReferences.some(({ uid, controller }) => controller === true && uid === metadata.uid))
    return { problems: [`ConfigMap ${configMap} was not made for LoadTest ${name}`] };
  return readReports(response.out, `ConfigMap ${configMap}`);
}

export async function loadTestCalled(
  kubectl: Kubectl,
  name: string,
): Promise<{ test: InCluster } | { problem: string; isFinal: boolean }> {
  const response = await kubectl(['get', RESOURCE, name, '-o', 'json']);
  if ('problem' in response) return response;
  const parsed = objectSchema.safeParse(JSON.parse(response.out));
  if (!parsed.success) {
    return { problem: `LoadTest ${name} is of another version: ${z.prettifyError(parsed.error)}`, isFinal: false };
  }
  const { metadata, spec, status = {} } = parsed.data;
  return { test: { metadata, spec: loadTestSpecSchema.safeParse(spec).data, status } };
}
