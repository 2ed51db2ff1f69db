import { LABEL_TEST, LABEL_TEST_UID } from '../../api/common/names.ts';
import type { LogOptions } from '../arguments/command.ts';
import type { ClusterLoadTest } from './cluster-loadtest.ts';

/** kubectl follows at most so many logs by default. */
const KUBECTL_STREAMS = 5;

/** The arguments with which kubectl prints the logs of all runners of a LoadTest, each line with its pod. */
export function logArguments({ metadata, spec }: ClusterLoadTest, options: LogOptions): string[] {
  const { follow, timestamps, tail = '-1', since } = options;
  return [
    ...['logs', '--prefix', `--tail=${tail}`, `--namespace=${metadata.namespace}`],
    `--selector=${LABEL_TEST}=${metadata.name},${LABEL_TEST_UID}=${metadata.uid}`,
    `--max-log-requests=${Math.max(KUBECTL_STREAMS, spec?.runners.replicas ?? 0)}`,
    ...(follow ? ['--follow'] : []),
    ...(timestamps ? ['--timestamps'] : []),
    ...(since === undefined ? [] : [`--since=${since}`]),
  ];
}
