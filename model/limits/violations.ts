import { formatMicroseconds, microseconds } from '../../api/common/duration.ts';
import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Target } from '../../api/loadtest/target/target.ts';
import { hostNameOf } from '../common/host.ts';
import type { LoadModel } from '../load/load-model.ts';
import { loadModelOf } from '../load/load-models.ts';
import { addressGuard } from './address-guard.ts';
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
    ...allowedHosts(spec.target, limits),
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

/** Checks `allowedHosts` and `deniedAddresses`. They apply to the target and to its proxy, which receives the same load. */
function allowedHosts({ url, http }: Target, limits: OperatorLimits): string[] {
  const proxy = http?.proxy?.url;
  const urls = [
    ['target.url', url] as const,
    ...(proxy === undefined ? [] : [['target.http.proxy.url', proxy] as const]),
  ];
  const guard = addressGuard({ denied: limits.deniedAddresses });
  return urls.flatMap(([field, text]) => {
    const host = hostNameOf(new URL(text));
    if (!isAllowedHost(host, limits.allowedHosts)) return `${field}: host ${host} is not allowed by the operator`;
    const denier = isAddress(host) ? guard(host) : undefined;
    return denier === undefined ? [] : `${field}: address ${host} is denied by the operator (${denier})`;
  });
}

/** Whether a host is an address and not a name: names contain no colon and do not end in a number. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^[0-9.]+$/.test(host);
}

/** Whether the operator allows tests of a host; an empty list allows all hosts. */
export function isAllowedHost(host: string, allowedHosts: readonly string[]): boolean {
  return allowedHosts.length === 0 || allowedHosts.some((pattern) => matches(pattern, host));
}

function matches(pattern: string, host: string): boolean {
  const text = pattern.replaceAll('.', '[.]').replaceAll('*', '.*');
  return new RegExp(`^${text}$`).test(host);
}

/** The host and port of a target, which identify its server. */
export function serverOf({ url }: Pick<Target, 'url'>): string {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
