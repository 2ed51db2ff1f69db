import { jobName } from '../../../api/common/names.ts';
import { annotateJob, create, mustBeControlledBy, remove, suspendJob } from '../../kube/api.ts';
import { isInvalid, isNamespaceTerminating } from '../../kube/client.ts';
import { jobs, loadTests } from '../../kube/paths.ts';
import type { Job } from '../../kube/types.ts';
import { errorText } from '../../runtime/log.ts';
import type { Action } from '../decide/decision.ts';
import type { LoadTestDependencies } from '../dependencies.ts';
import type { Expectations } from '../observe/expectations.ts';
import type { Observed } from '../observe/observed.ts';
import { jobManifest, type Replaced } from '../resources/job.ts';
import type { AcceptedLoadTest } from '../resources/loadtest-resource.ts';

/** Performs an action, in the cluster or towards the runners; throws the API server's error. */
export async function act(
  dependencies: LoadTestDependencies,
  expectations: Expectations,
  { test, job }: Pick<Observed, 'test' | 'job'>,
  action: Exclude<Action, { type: 'WriteReport' | 'Notify' }>,
): Promise<void> {
  const { client, updates, now, log } = dependencies;
  const { namespace, name, uid } = test.metadata;
  switch (action.type) {
    case 'CreateJob':
      if (test.spec !== undefined) await createJob(dependencies, expectations, test);
      return;
    case 'DeleteJob':
      log.info('deleting the Job', { namespace, name });
      expectations.forget(uid, 'madeJob');
      return remove(client, jobs, job?.metadata ?? test.metadata);
    case 'ReplaceJob':
      if (job !== undefined && test.spec !== undefined)
        await replaceJob(dependencies, expectations, { test, job }, action);
      return;
    case 'SuspendJob':
      log.info('suspending the Job', { namespace, name });
      return suspendJob(client, job?.metadata ?? test.metadata);
    case 'RecordLostRunners':
      if (job === undefined) return;
      log.info('recording lost runners on the Job', { namespace, name });
      await annotateJob(client, job.metadata, action.annotations);
      return expectations.put(uid, { lastRecordedMs: now() });
    case 'DeleteTest':
      log.info('deleting the LoadTest: its time to live is over', { namespace, name });
      return remove(client, loadTests, test.metadata);
    case 'StopRunners':
      return updates.stop(uid, action.reason);
    case 'EndTrial':
      return updates.endTrial(uid, action.number);
    case 'TearDown':
      return updates.tearDown(uid);
    case 'ForgetUpdates':
      return updates.forget(uid);
  }
}

/** Deletes the Job and its pods, and creates another one. Until the watch delivers the deletion, the same decision may come again. */
async function replaceJob(
  dependencies: LoadTestDependencies,
  expectations: Expectations,
  { test, job }: { test: AcceptedLoadTest; job: Job },
  { predecessors, suspended }: Replaced,
): Promise<void> {
  const { client, updates, log } = dependencies;
  const { namespace, name, uid } = test.metadata;
  const jobUid = job.metadata.uid;
  if (expectations.of(uid).replaced?.jobUid === jobUid) return;
  log.info('replacing the Job', { namespace, name, reason: predecessors.message });
  await remove(client, jobs, job.metadata);
  updates.forget(uid);
  expectations.put(uid, { madeJob: undefined, replaced: { predecessors, suspended, jobUid } });
  await createJob(dependencies, expectations, test);
}

/**
 * Creates the Job. A refusal, by a quota for example, is an observation: the status reports it, and the next reconcile tries again, unless no
 * time can heal it.
 */
async function createJob(
  { client, config, firstScrapeMs, log }: LoadTestDependencies,
  expectations: Expectations,
  test: AcceptedLoadTest,
): Promise<void> {
  const { namespace, name, uid } = test.metadata;
  const current = { ...config, firstScrapeMs: firstScrapeMs() };
  try {
    const isNew = await create(client, jobs, jobManifest(test, current, expectations.of(uid).replaced), {
      fieldValidation: 'Strict',
    });
    // The watch may lag behind our own Job. Another Job of the name may be our predecessor's or somebody else's.
    if (!isNew && !expectations.of(uid).madeJob)
      await mustBeControlledBy(client, jobs, { namespace, name: jobName({ name, uid }) }, uid);
    if (isNew) log.info('created the Job', { namespace, name, replicas: test.spec.runners.replicas });
    expectations.put(uid, { madeJob: true, jobRefusal: undefined });
  } catch (error) {
    const jobRefusal = errorText(error);
    if (isInvalid(error) || isNamespaceTerminating(error)) return expectations.put(uid, { jobProblem: jobRefusal });
    if (expectations.of(uid).jobRefusal !== jobRefusal)
      log.warn('the Job was refused', { namespace, name, error: jobRefusal });
    expectations.put(uid, { jobRefusal });
  }
}
