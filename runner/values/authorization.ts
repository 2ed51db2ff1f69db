import { basicAuthKeys } from '../../api/loadtest/references.ts';
import type { Target } from '../../api/loadtest/target/target.ts';
import { headerText, withoutLineEnd } from './header-values.ts';
import { bytesOf, type Values } from './referenced-values.ts';

/** The value of Authorization or Proxy-Authorization; undefined without credentials. */
export function authorizationOf(auth: Target['auth'], values: Values): string | undefined {
  if (auth?.basic !== undefined) {
    const [user, password] = basicAuthKeys(auth.basic.secretRef.name).map((key) =>
      withoutLineEnd(bytesOf(key, values)),
    );
    return `Basic ${Buffer.concat([user!, Buffer.from(':'), password!]).toString('base64')}`;
  }
  if (auth?.bearer === undefined) return undefined;
  return `Bearer ${headerText(bytesOf({ kind: 'Secret', ...auth.bearer.secretKeyRef }, values)).trim()}`;
}
