import { z } from 'zod';
import { LOAD_TEST } from '../api/group.ts';
import type { ReportDocument } from '../api/report.ts';
import { type LoadTestStatus, loadTestStatusSchema } from '../api/status.ts';
import type { Kubectl } from './kubectl.ts';
import { readReports } from './report.ts';

/** LoadTests by their full name, so that no other kind of that name can be meant. */
const RESOURCE = `${LOAD_TEST.plural}.loadtest.dev`;

const objectSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), uid: z.string() }),
  status: loadTestStatusSchema.optional(),
});
export type InCluster = { metadata: { name: string; namespace: string; uid: string }; status: LoadTestStatus };

/** The report of the LoadTest called `name`, from its ConfigMap. */
export async function reportFromCluster(
  kubectl: Kubectl,
  name: string,
): Promise<{ reports: ReportDocument[] } | { problems: string[] }> {
  const found = await loadTestCalled(kubectl, name);
  if ('problem' in found) return { problems: [found.problem] };
  const configMap = found.test.status.report?.configMapRef.name;
  if (configMap === undefined) return { problems: [`LoadTest ${name} has no report: it is not complete`] };
  const answer = await kubectl(['get', 'configmap', configMap, '-o', 'json']);
  return 'problem' in answer ? { problems: [answer.problem] } : readReports(answer.out, `ConfigMap ${configMap}`);
}

export async function loadTestCalled(
  kubectl: Kubectl,
  name: string,
): Promise<{ test: InCluster } | { problem: string; isFinal: boolean }> {
  const answer = await kubectl(['get', RESOURCE, name, '-o', 'json']);
  if ('problem' in answer) return answer;
  const parsed = objectSchema.safeParse(JSON.parse(answer.out));
  if (!parsed.success) {
    return { problem: `LoadTest ${name} is of another version: ${z.prettifyError(parsed.error)}`, isFinal: false };
  }
  return { test: { metadata: parsed.data.metadata, status: parsed.data.status ?? {} } };
}
