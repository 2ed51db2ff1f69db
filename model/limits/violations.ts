import { formatMicroseconds, microseconds } from '../../api/common/duration.ts';
import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Target } from '../../api/loadtest/target/target.ts';
import type { LoadModel } from '../load/load-model.ts';
import { loadModelOf } from '../load/load-models.ts';
import { allowedHosts } from './allowed-hosts.ts';
import { podFields } from './pod-fields.ts';

/**
 * One message for each field of a spec that violates the operator's limits: "spec.runners.replicas: 8 exceeds the limit of 4". The
 * chart's ValidatingAdmissionPolicy enforces the same rules at `kubectl apply`.
 */
export function exceeded(spec: LoadTestSpec, limits: OperatorLimits): string[] {
  const load = loadModelOf(spec.load);
  return [
    ...load.sizeProblems(limits),
    ...maxRunners(spec, limits),
    ...maxDuration(load, limits),
    ...allowedHosts(spec, limits),
    ...allowUnixSockets(spec, limits),
    ...allowScripts(spec, limits),
    ...podFields(spec.runners.template, limits),
  ].map((problem) => `spec.${problem}`);
}

function maxRunners({ runners: { replicas } }: LoadTestSpec, limits: OperatorLimits): string[] {
  const most = limits.maxRunners ?? Number.POSITIVE_INFINITY;
  return replicas > most ? [`runners.replicas: ${replicas} exceeds the limit of ${most}`] : [];
}

function allowScripts({ script }: LoadTestSpec, limits: OperatorLimits): string[] {
  return script !== undefined && !limits.allowScripts ? ['script: is not allowed'] : [];
}

/** A load that only iterations end may last forever. */
function maxDuration({ lengthUs, lengthField }: LoadModel, limits: OperatorLimits): string[] {
  const longest = limits.maxDuration;
  if (longest === undefined) return [];
  const longestUs = microseconds(longest);
  if (lengthUs <= longestUs) return [];
  const problem =
    lengthUs === Number.POSITIVE_INFINITY
      ? `must be set because the limit is ${longest}`
      : `${formatMicroseconds(lengthUs, [longestUs])} exceeds the limit of ${longest}`;
  return [`${lengthField}: ${problem}`];
}

function allowUnixSockets({ target }: LoadTestSpec, limits: OperatorLimits): string[] {
  const isUsed = target.http?.unixSocket !== undefined;
  return isUsed && !limits.allowUnixSockets ? ['target.http.unixSocket: is not allowed by the operator'] : [];
}

/** The host and port of a target, which identify its server. */
export function serverOf({ url }: Pick<Target, 'url'>): string {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
