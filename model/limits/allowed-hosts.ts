import type { OperatorLimits } from '../../api/common/operator-limits.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { hostNameOf } from '../common/host.ts';
import { addressGuard } from './address-guard.ts';

/**
 * Checks `allowedHosts` and `deniedAddresses`. They apply to the target and to its proxy, which receives the same load; `allowedHosts` also
 * to the names that a server behind an allowed address may go by: the server name of TLS and the header Host.
 */
export function allowedHosts(spec: LoadTestSpec, limits: OperatorLimits): string[] {
  return [...connectedHosts(spec, limits), ...namedHosts(spec, limits)];
}

function connectedHosts({ target: { url, http } }: LoadTestSpec, limits: OperatorLimits): string[] {
  const proxy = http?.proxy?.url;
  const urls = [
    ['target.url', url] as const,
    ...(proxy === undefined ? [] : [['target.http.proxy.url', proxy] as const]),
  ];
  const guard = addressGuard({ denied: limits.deniedAddresses });
  return urls.flatMap(([field, text]) => {
    const host = hostNameOf(new URL(text));
    if (!isAllowedHost(host, limits.allowedHosts)) return `${field}: ${notAllowed(host)}`;
    const denier = isAddress(host) ? guard(host) : undefined;
    return denier === undefined ? [] : `${field}: address ${host} is denied by the operator (${denier})`;
  });
}

function namedHosts({ target, requests }: LoadTestSpec, { allowedHosts: allowed }: OperatorLimits): string[] {
  const serverName = target.tls?.serverName;
  const isAllowed = serverName === undefined || isAllowedHost(serverName.toLowerCase(), allowed);
  const headers = requests.flatMap(({ headers: list = [] }, i) =>
    list.flatMap(({ name, value }, n) => {
      const fault = name.toLowerCase() === 'host' ? hostHeaderFault(value, allowed) : undefined;
      return fault === undefined ? [] : `requests[${i}].headers[${n}]: ${fault}`;
    }),
  );
  return [...(isAllowed ? [] : [`target.tls.serverName: ${notAllowed(serverName)}`]), ...headers];
}

/** Why the value of a header Host is not allowed; undefined when it is. The spec does not have the value of a Secret. */
export function hostHeaderFault(value: string | undefined, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const host = hostIn(value);
  if (host === undefined) return 'must be a host without variables, because the operator allows only some hosts';
  return isAllowedHost(host.toLowerCase(), allowed) ? undefined : notAllowed(host);
}

/** The host in the value of a header Host; undefined where the spec does not have the whole value. */
function hostIn(value: string | undefined): string | undefined {
  if (value === undefined || value.includes('${')) return undefined;
  const host = value.startsWith('[') ? value.slice(1, value.indexOf(']')) : value.replace(/:.*$/, '');
  return host.replace(/[.]$/, '');
}

function notAllowed(host: string): string {
  return `host ${host} is not allowed by the operator`;
}

/** Whether a host is an address and not a name: names contain no colon and do not end in a number. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^[0-9.]+$/.test(host);
}

/** Whether the operator allows tests of a host; an empty list allows all hosts. */
export function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.some((pattern) => matches(pattern, host));
}

function matches(pattern: string, host: string): boolean {
  const text = pattern.replaceAll('.', '[.]').replaceAll('*', '.*');
  return new RegExp(`^${text}$`).test(host);
}
