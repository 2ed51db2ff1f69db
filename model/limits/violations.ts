import { formatMicroseconds, microseconds } from '../../api/common/duration.ts';
import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { Target } from '../../api/loadtest/target.ts';
import type { LoadModel } from '../load/load-model.ts';
import { loadModelOf } from '../load/load-models.ts';
import { addressGuard } from './address-guard.ts';

/**
 * What of a spec exceeds the limits, one sentence a field: "spec.runners.replicas: 8 exceeds the limit of 4"; empty when
 * nothing does. The chart's ValidatingAdmissionPolicy says the same at `kubectl apply`.
 */
export function exceeded(spec: LoadTestSpec, limits: OperatorLimits): string[] {
  const load = loadModelOf(spec.load);
  return [
    ...load.sizeProblems(limits),
    ...replicaProblems(spec.runners.replicas, limits),
    ...lengthProblems(load, limits),
    ...hostProblems(spec.target, limits),
    ...(spec.script !== undefined && !limits.allowScripts ? ['script: is not allowed'] : []),
  ].map((problem) => `spec.${problem}`);
}

function replicaProblems(replicas: number, { maxRunners = Number.POSITIVE_INFINITY }: OperatorLimits): string[] {
  return replicas > maxRunners ? [`runners.replicas: ${replicas} exceeds the limit of ${maxRunners}`] : [];
}

/** A load that ends after a number of iterations may last for ever. */
function lengthProblems({ lengthUs, lengthField }: LoadModel, { maxDuration }: OperatorLimits): string[] {
  if (maxDuration === undefined || lengthUs <= microseconds(maxDuration)) return [];
  const problem =
    lengthUs === Number.POSITIVE_INFINITY
      ? `must be set, as the limit is ${maxDuration}`
      : `${formatMicroseconds(lengthUs)} exceeds the limit of ${maxDuration}`;
  return [`${lengthField}: ${problem}`];
}

/** A proxy is held to what a target is: whoever names one has its host loaded. */
function hostProblems({ url, http }: Target, { allowedHosts, deniedAddresses }: OperatorLimits): string[] {
  const proxy = http?.proxy?.url;
  const urls = [
    ['target.url', url] as const,
    ...(proxy === undefined ? [] : [['target.http.proxy.url', proxy] as const]),
  ];
  const guard = addressGuard({ denied: deniedAddresses });
  return urls.flatMap(([field, text]) => {
    const host = hostOf(text);
    if (!isAllowedHost(host, allowedHosts)) return `${field}: host ${host} is none of those that the operator allows`;
    const denier = isAddress(host) ? guard(host) : undefined;
    return denier === undefined ? [] : `${field}: address ${host} is denied by the operator (${denier})`;
  });
}

/** Whether a host is an address and no name: names hold no colon and do not end in a number. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^[0-9.]+$/.test(host);
}

/** Of a URL, in lower case and without the brackets of an IPv6 address. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Whether a host is one of those that may be tested: no patterns, all are. */
export function isAllowedHost(host: string, allowedHosts: readonly string[]): boolean {
  return allowedHosts.length === 0 || allowedHosts.some((pattern) => matches(pattern, host));
}

function matches(pattern: string, host: string): boolean {
  const text = pattern.replaceAll('.', '[.]').replaceAll('*', '.*');
  return new RegExp(`^${text}$`).test(host);
}

/** Host and port that a target's tests share: two that are equal here load the same server. */
export function placeOf({ url }: Pick<Target, 'url'>): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
