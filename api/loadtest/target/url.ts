import { isIP } from 'node:net';
import { celPattern, type Rule, textOf, withRules } from '../../common/rule.ts';
import { urlFault } from './url-fault.ts';

const URL_PATTERN =
  /^https?:[/][/]([a-zA-Z0-9]([-_a-zA-Z0-9.]*[a-zA-Z0-9])?[.]?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?([/]([!"&->@-~]|%[0-9A-Fa-f]{2}|[$]+([!"&->@-z|}~]|%[0-9A-Fa-f]{2}))*[$]*)?$/;

/** Every client parses a host that ends in a number as an IPv4 address, so it must be one; a host in brackets is IPv6. */
const ADDRESS_URL = /^https?:[/][/](([^./:]*[.])*([0-9]+|0[xX][0-9a-fA-F]*)|\[[^/]*\])[.]?(:[0-9]*)?([/].*)?$/;

/** Host (an IPv6 address without its brackets) and port (empty: the scheme's default) of a valid URL. */
function hostAndPort(url: string): [host: string, port: string] {
  const [, host, port] = /^https?:[/][/]([^/:[]*|\[[^/]*\])(?::([0-9]*))?([/]|$)/.exec(url)!;
  return [host!.replace(/[[\]]/g, ''), port ?? ''];
}

/** Whether the API server accepts `host` as an address: it rejects IPv4-mapped IPv6 addresses. */
export function isAddress(host: string): boolean {
  return (
    isIP(host) !== 0 &&
    !/^\[::ffff:[0-9a-f]+:[0-9a-f]+\]$/.test(host.includes(':') ? new URL(`http://[${host}]`).hostname : '')
  );
}

/** A port, where a URL names one, that exists. */
export const PORT_RULE: Rule<string> = {
  cel: "url(self).getPort() == '' || (int(url(self).getPort()) >= 1 && int(url(self).getPort()) <= 65535)",
  message: 'must have a port from 1 to 65535',
  test: (text) => {
    const [, port] = hostAndPort(text);
    return port === '' || (Number(port) >= 1 && Number(port) <= 65535);
  },
};

/** A host that is an address where every client would parse it as one. */
export const ADDRESS_RULE: Rule<string> = {
  cel: `!self.matches(${celPattern(ADDRESS_URL)}) || isIP(self.find('//([^/:[]+|[[][^]]+)').replace('//', '').replace('[', ''))`,
  message: 'must have a host that is a name or an IP address',
  test: (text) => !ADDRESS_URL.test(text) || isAddress(hostAndPort(text)[0]),
};

/** `target.url`. */
export const urlSchema = withRules(
  textOf(
    URL_PATTERN,
    'must be an http or https URL of host, port and path, without user, query, fragment or variables, such as http://checkout.shop.svc:8080/api',
    { min: 1, max: 2048, faultOf: urlFault },
  ),
  PORT_RULE,
  ADDRESS_RULE,
);
