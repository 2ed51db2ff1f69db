import { LABEL_LEADER } from '../api/common/names.ts';
import type { KubeClient } from './kube/client.ts';
import { labelPod, leaseStore } from './kube/lease.ts';
import { ofPod } from './kube/owner.ts';
import { type Leadership, lead } from './leader/election.ts';
import { takeLabel } from './leader/label.ts';
import { type Operator, startOperator } from './operator.ts';
import { type Candidate, readConfig } from './runtime/config.ts';
import { jsonLog } from './runtime/log.ts';

const BAD_INPUT = 64;
const LOST_LEASE = 1;

const read = readConfig(process.env);
if ('problem' in read) {
  process.stderr.write(`${read.problem}\n`);
  process.exit(BAD_INPUT);
}
const { config, candidate } = read;
const log = jsonLog((line) => process.stdout.write(line), Date.now, { pod: candidate.pod });
let operator: Operator | undefined;

/** A replica that waits has nothing to hand over. */
const stop = async (signal: string) => {
  log.info('stopping', { signal });
  await operator?.stop();
  process.exit(0);
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

operator = await startOperator({
  config,
  log,
  installation: `${candidate.namespace}/${candidate.lease}`,
  elect: (client) => elect(client, candidate),
});

/** The Service selects the pod that leads by its label, so that reports reach nobody else. */
async function elect(client: KubeClient, { namespace, pod, podUid, lease }: Candidate): Promise<Leadership> {
  const label = (name: string, isLeader: boolean) =>
    labelPod(client, { namespace, name }, LABEL_LEADER, isLeader ? 'true' : null);
  // From when this container's predecessor led.
  await label(pod, false);
  const leadership = await lead({
    store: leaseStore(client, namespace, lease),
    holder: { identity: pod, owner: podUid === undefined ? undefined : ofPod({ name: pod, uid: podUid }) },
    log,
    onLost: () => process.exit(LOST_LEASE),
  });
  await takeLabel({ label, self: pod, follows: leadership.follows, log });
  return leadership;
}
