import { isIP } from 'node:net';

type Cidr = { address: string; prefix: number; family: 4 | 6 };

/** A range of addresses such as 169.254.0.0/16 or fe80::/10; undefined when `text` is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = isIP(address);
  if ((family !== 4 && family !== 6) || rest.length > 0 || !/^[0-9]{1,3}$/.test(length)) return undefined;
  const prefix = Number(length);
  return prefix <= (family === 4 ? 32 : 128) ? { address, prefix, family } : undefined;
}
