import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { basicAuthKeys, keyReference, keyReferences, referencePath } from '../../api/loadtest/references.ts';
import type { Table } from '../../model/request/data.ts';
import { headerText } from '../values/header-values.ts';
import type { Values } from '../values/referenced-values.ts';
import { HiddenText } from './secret-forms.ts';

/** Redacts the secrets in a text. `reach`: the length of the longest secret, in characters. A text cut within that distance may end in part of one. */
export type Redact = { (text: string): string; reach: number };

const HIDDEN = '***';

/** Hides every value that a spec takes from Secrets, in all forms in which a target may return it. */
export function redactor(spec: LoadTestSpec, values: Values, table: Table): Redact {
  const secrets = new Set<string>();
  for (const reference of keyReferences(spec)) {
    const bytes = reference.kind === 'Secret' ? values.get(referencePath(reference)) : undefined;
    if (bytes !== undefined) secrets.add(bytes.toString()).add(bytes.toString().trim());
  }
  for (const auth of [spec.target.auth, spec.target.http?.proxy?.auth]) {
    if (auth?.basic === undefined) continue;
    const [user, password] = basicAuthKeys(auth.basic.secretRef.name).map((key) =>
      headerText(values.get(referencePath(key)) ?? Buffer.alloc(0)),
    );
    secrets.add(`${user}:${password}`);
  }
  if (spec.data !== undefined && keyReference(spec.data.from).kind === 'Secret')
    for (const cell of table.rows.flat()) secrets.add(cell);
  const hidden = [...new Set([...secrets].flatMap(encodingsOf))]
    .filter((text) => text !== '')
    .map((t) => new HiddenText(t));
  hidden.sort((a, b) => b.reach - a.reach); // a secret that is part of a longer one must not break it up
  const redact = (text: string) => hidden.reduce((shown, one) => one.replacedIn(shown, HIDDEN), text);
  return Object.assign(redact, { reach: hidden[0]?.reach ?? 0 });
}

/** A secret as it is, and in base64 as headers and tokens have it. */
function encodingsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [secret, base64, base64.replaceAll('=', ''), Buffer.from(secret).toString('base64url')];
}
