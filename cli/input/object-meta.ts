import * as z from 'zod';
import { type Problem, problemsOf } from '../../api/common/problems.ts';
import { textOf } from '../../api/common/rule.ts';

// The rules of the API server for the metadata of every object (apimachinery, pkg/api/validation/objectmeta.go). The schemas of api/ lack them,
// since the operator reads objects that have passed them.

const NAME = '[a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?';
const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const QUALIFIED_NAME = new RegExp(`^((?=[^/]{1,253}/)${SUBDOMAIN}/)?${NAME}$`);

/** The most bytes of all annotations, keys included. */
const MOST_ANNOTATION_BYTES = 256 * 1024;

const labelValue = textOf(
  new RegExp(`^(${NAME})?$`),
  'must be a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  { max: 63 },
);

/** A map with such keys; null is an empty text, as the API server makes it. */
function keyed(value: z.ZodType<string>, isKey: (key: string) => boolean) {
  return z.record(z.string(), value.nullable()).check((context) => {
    for (const key of Object.keys(context.value))
      if (!isKey(key))
        context.issues.push({
          code: 'custom',
          input: key,
          path: [key],
          message: 'the key must be a name such as team or example.com/team',
        });
  });
}

const labels = keyed(labelValue, (key) => QUALIFIED_NAME.test(key));

const annotations = keyed(z.string(), (key) => QUALIFIED_NAME.test(key.toLowerCase())).check((context) => {
  const bytes = Object.entries(context.value).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value ?? ''),
    0,
  );
  if (bytes > MOST_ANNOTATION_BYTES)
    context.issues.push({
      code: 'custom',
      input: context.value,
      message: `must have at most ${MOST_ANNOTATION_BYTES} bytes in all, and has ${bytes}`,
    });
});

const required = z.string().min(1);
const ownerReference = z.strictObject({
  apiVersion: required,
  kind: required,
  name: required,
  uid: required,
  controller: z.boolean().nullish(),
  blockOwnerDeletion: z.boolean().nullish(),
});

const text = z.string().nullish();
const number = z.int().nullish();

const objectMetaSchema = z.strictObject({
  name: text,
  generateName: text,
  namespace: textOf(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'must be the name of a namespace: lower-case letters, digits and "-", with a letter or digit at both ends',
    { min: 1, max: 63 },
  ).nullish(),
  labels: labels.nullish(),
  annotations: annotations.nullish(),
  finalizers: z.array(textOf(QUALIFIED_NAME, 'must be a name such as example.com/finalizer', { max: 317 })).nullish(),
  ownerReferences: z.array(ownerReference).nullish(),
  // What the API server sets, in objects that come from it.
  selfLink: text,
  uid: text,
  resourceVersion: text,
  generation: number,
  creationTimestamp: text,
  deletionTimestamp: text,
  deletionGracePeriodSeconds: number,
  managedFields: z.array(z.looseObject({})).nullish(),
});

/** What the API server refuses in an object's metadata; the name has rules of its own for each kind. */
export function metadataProblems(metadata: unknown): Problem[] {
  const { error } = z.object({ metadata: objectMetaSchema.nullish() }).safeParse({ metadata }, { reportInput: true });
  return error === undefined ? [] : problemsOf(error);
}
