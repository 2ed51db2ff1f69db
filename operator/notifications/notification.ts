import { GROUP, LOAD_TEST, SERVED_VERSION } from '../../api/common/group.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { type Condition, findCondition } from '../../api/status/conditions.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import type { NotificationType } from '../../api/status/notification-types.ts';
import { type VerdictWord, verdictIn } from '../../api/status/verdict.ts';
import type { ObjectMeta } from '../kube/types.ts';

/** What happened to a test. */
export type Occasion = {
  type: NotificationType;
  metadata: Pick<ObjectMeta, 'namespace' | 'name' | 'uid'>;
  spec: LoadTestSpec | undefined;
  status: LoadTestStatus;
};

/** A notification in every form: `id` is the same whenever it is sent, `facts` are pairs of a name and a figure. */
export type Notification = {
  id: string;
  type: NotificationType;
  source: string;
  test: Occasion['metadata'];
  release: string | undefined;
  /** Whether the test passed, and the word for it; absent before the end. */
  passed: Condition['status'] | undefined;
  verdict: VerdictWord | undefined;
  title: string;
  text: string;
  facts: [string, string][];
  status: LoadTestStatus;
};

/** The longest message of a condition that a notification repeats, in characters. */
const MAX_TEXT = 1000;

/** A test that ended without a verdict. */
const NOT_JUDGED = { status: 'Unknown' } as const;

/** Words a notification. Conditions and figures of a status have no control characters, whatever a target sent. */
export function notificationOf({ type, metadata, spec, status }: Occasion): Notification {
  const { namespace, name, uid } = metadata;
  const judged = type === 'RunnersLost' ? undefined : (findCondition(status.conditions, 'Passed') ?? NOT_JUDGED);
  const verdict = judged && verdictIn(judged);
  return {
    id: `${uid}-${type}`,
    type,
    source: `/apis/${GROUP}/${SERVED_VERSION}/namespaces/${namespace}/${LOAD_TEST.plural}/${name}`,
    test: { namespace, name, uid },
    release: spec?.release,
    passed: judged?.status,
    verdict,
    title: `LoadTest ${namespace}/${name}: ${headline(type, status, verdict)}`,
    text: textOf(type, status).slice(0, MAX_TEXT),
    facts: factsOf(spec, status),
    status,
  };
}

function headline(type: NotificationType, { runners, comparison }: LoadTestStatus, verdict = ''): string {
  if (type === 'RunnersLost') return `${runners?.lost ?? 0} of ${runners?.desired ?? 0} runners lost`;
  return type === 'Regressed' ? `worse than ${comparison?.baseline ?? 'its baseline'}` : verdict;
}

function textOf(type: NotificationType, { conditions, comparison }: LoadTestStatus): string {
  if (type === 'Regressed') return comparison?.message ?? '';
  return findCondition(conditions, type === 'Completed' ? 'Passed' : 'Complete')?.message ?? '';
}

function factsOf(spec: LoadTestSpec | undefined, status: LoadTestStatus): [string, string][] {
  const facts: [string, string | undefined][] = [
    ['Release', spec?.release],
    ['Carries', status.capacity?.rate === undefined ? undefined : `${status.capacity.rate}/s`],
    ['Rate', status.rate?.achieved],
    ['p99', status.responseTime?.p99],
    ['Errors', status.errorShare],
    ['Compared', status.comparison?.result],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}
