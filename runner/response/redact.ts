import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import { basicAuthKeys, keyReference, keyReferences, referencePath } from '../../api/loadtest/references.ts';
import type { Table } from '../../model/request/data.ts';
import { headerText } from '../values/header-values.ts';
import type { Values } from '../values/referenced-values.ts';
import { HiddenTexts } from './hidden/hidden-texts.ts';

/** Redacts the secrets in a text. `isCut`: the text goes on, so that its end may be the beginning of one. */
export type Redact = (text: string, isCut?: boolean) => string;

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
  for (const decoded of binaryMetadata(spec, values)) secrets.add(decoded);
  if (spec.data !== undefined && keyReference(spec.data.from).kind === 'Secret')
    for (const cell of table.rows.flat()) secrets.add(cell);
  const hidden = new HiddenTexts(secrets);
  return (text, isCut = false) => hidden.replacedIn(text, HIDDEN, isCut);
}

/** The bytes of binary metadata from Secrets, a character each: a server of gRPC receives them decoded, and may return them so. */
function binaryMetadata({ requests }: LoadTestSpec, values: Values): string[] {
  return requests.flatMap(({ grpc }) =>
    (grpc?.metadata ?? []).flatMap(({ name, valueFrom }) => {
      if (!name.endsWith('-bin') || valueFrom?.secretKeyRef === undefined) return [];
      const encoded = headerText(values.get(referencePath(keyReference(valueFrom))) ?? Buffer.alloc(0));
      return encoded.split(',').map((one) => Buffer.from(one, 'base64').toString('latin1'));
    }),
  );
}
