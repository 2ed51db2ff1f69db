import type { LoadTestSpec } from '../api/loadtest.ts';
import { basicAuthKeys, keyReference, keyReferences, referencePath } from '../api/references.ts';
import type { Table } from '../model/data.ts';
import { headerText } from './header-values.ts';
import type { Values } from './values.ts';

/** Takes what must not be shown out of a text; `reach` is how many characters behind a cut it has to see to be sure of that. */
export type Redact = { (text: string): string; reach: number };

const HIDDEN = '***';

/** Hides every value that a spec takes from Secrets, in the forms in which a target may send it back. */
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
  const forms = [...new Set([...secrets].flatMap(formsOf))].filter((form) => form !== '');
  forms.sort((a, b) => b.length - a.length); // a secret that is part of another must not cut it
  const redact = (text: string) => forms.reduce((shown, form) => shown.replaceAll(form, HIDDEN), text);
  return Object.assign(redact, { reach: forms[0]?.length ?? 0 });
}

function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  const base64 = Buffer.from(secret).toString('base64');
  return [secret, JSON.stringify(secret).slice(1, -1), encoded, encoded.replaceAll('%20', '+'), base64];
}
