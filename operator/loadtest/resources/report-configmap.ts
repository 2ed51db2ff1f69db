import { LOAD_TEST } from '../../../api/common/group.ts';
import {
  LABEL_MANAGED_BY,
  LABEL_TEST,
  LABEL_TEST_UID,
  MANAGER,
  RUNNER_CONTAINER,
  reportName,
} from '../../../api/common/names.ts';
import { REPORT_KEY, type ReportDocument } from '../../../api/report/report-document.ts';
import { controlledBy } from '../../kube/owner.ts';
import type { Pod } from '../../kube/types.ts';

/** The ConfigMap that holds the full report of a LoadTest, and is deleted with it. */
export function reportConfigMap(
  { namespace, name, uid }: { namespace: string; name: string; uid: string },
  report: ReportDocument,
) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace,
      name: reportName({ name, uid }),
      labels: { [LABEL_MANAGED_BY]: MANAGER, [LABEL_TEST]: name, [LABEL_TEST_UID]: uid },
      ownerReferences: controlledBy(LOAD_TEST.kind, { name, uid }),
    },
    immutable: true,
    data: { [REPORT_KEY]: JSON.stringify(report) },
  };
}

/** The nodes and the image of the runners, from their pods. */
export function placeOf(pods: readonly Pod[]): Pick<ReportDocument['environment'], 'nodes' | 'image'> {
  const nodes = [...new Set(pods.flatMap((pod) => pod.spec?.nodeName ?? []))].sort();
  const image = pods
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .find((c) => c.name === RUNNER_CONTAINER && c.imageID)?.imageID;
  return { ...(nodes.length > 0 && { nodes }), ...(image && { image }) };
}
