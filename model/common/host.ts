/** The host of a URL without the dot at the end of an absolute name, for TLS and for comparisons. */
export function hostNameOf(url: URL): string {
  return hostOf(url).replace(/[.]$/, '');
}

/** The host of a URL in the form for resolvers and sockets: in lower case, an IPv6 address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
