/** Tests of a URL in their order, and what to say of the first that fits; a function names the part. */
const FAULTS: readonly [pattern: RegExp, message: string | ((part: string) => string)][] = [
  [/[$][{]/, 'must contain no variables: write them in requests[].path'],
  [/^(?!https?:)[Hh][Tt][Tt][Pp][Ss]?:[/][/]/, 'must begin with http:// or https:// in lower case'],
  [/^[\u2018-\u201f\u00ab\u00bb]/, 'must be in straight quotes, " or \', or in none'],
  [/^(?!https?:[/][/])/, 'must begin with http:// or https://'],
  [/^[^/]*[/][/][^/?#]*@/, 'must have no user: target.auth sends user and password or a token'],
  [/#/, 'must have no fragment, which is never sent'],
  [/[?]/, 'must have no query: write it in requests[].path'],
  [
    /^[^/]*[/][/]\[[^/\]]*%/,
    'must have no zone in its address: target.http.localAddresses chooses where connections come from',
  ],
  [/^[^/]*[/][/]([^/]*[^\0-\x7f][^/]*)/, (host) => `must have a host in ASCII${asciiOf(host)}`],
  [/^[^/]*[/][/](?=[/]|$)/, 'must have a host'],
  [/^[^/]*[/][/](?:\[[^/\]]*\]|[^/:[]*):(?![0-9]{1,5}([/]|$))/, 'must have a port of one to five digits'],
  [/^[^/]*[/][/][^/]+[/].*%(?![0-9A-Fa-f]{2})/, 'must have two hexadecimal digits behind each % of its path'],
  [
    /^[^/]*[/][/][^/]+[/].*?([^!-~])/u,
    (char) => `must have a path without ${JSON.stringify(char)}: write ${encodeURIComponent(char)}`,
  ],
  [/^./, 'must have a host of letters, digits, "-", "_" and ".", or an address'],
];

/** What is wrong with a URL that is not one of scheme, host, port and base path. Names the part, and the field that takes it. */
export function urlFault(text: string): string {
  for (const [pattern, message] of FAULTS) {
    const found = pattern.exec(text);
    if (found !== null) return typeof message === 'string' ? message : message(found[1] ?? '');
  }
  return 'must not be empty';
}

/** The name in ASCII of an international one, as advice. */
function asciiOf(host: string): string {
  const url = URL.parse(`http://${host}`);
  return url === null ? '' : `, ${url.host} for ${host}`;
}
