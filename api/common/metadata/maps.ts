import * as z from 'zod';
import { GROUP } from '../group.ts';
import { celPattern, textOf, withRules } from '../rule.ts';

/** A label's or an annotation's key: an optional DNS subdomain and "/" before a name of at most 63 characters. */
const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?[/])?[a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;

/** A label's key. */
export const labelNameSchema = textOf(KEY, 'must be a name such as team or example.com/team', { min: 1, max: 317 });

function keyedMap<V extends z.ZodType>(value: V, max: number) {
  const map = z.record(z.string(), value).meta({ maxProperties: max });
  return withRules(
    map.refine((m) => Object.keys(m).length <= max, `must have at most ${max} entries`),
    {
      cel: `self.all(key, key.matches(${celPattern(KEY)}))`,
      message: 'every key must be a name such as team or example.com/team',
      test: (m) => Object.keys(m).every((key) => KEY.test(key)),
    },
  );
}

const labelValue = textOf(
  /^([a-zA-Z0-9]([-_.a-zA-Z0-9]*[a-zA-Z0-9])?)?$/,
  'must be a label value: letters, digits, "-", "_" and "."',
  { max: 63 },
);

/** The operator adds entries of its own to these maps, under keys reserved for it. */
const oursApart = {
  cel: `self.all(key, !key.startsWith('${GROUP}/') && !key.startsWith('batch.kubernetes.io/'))`,
  message: `keys under ${GROUP}/ and batch.kubernetes.io/ are set by the operator and by Kubernetes`,
  test: (m: Record<string, unknown>) =>
    Object.keys(m).every((key) => !/^(loadtest[.]dev|batch[.]kubernetes[.]io)[/]/.test(key)),
};

export const nodeSelectorSchema = keyedMap(labelValue, 32);
export const labelsSchema = withRules(nodeSelectorSchema, oursApart);
export const annotationsSchema = withRules(keyedMap(z.string().max(4096), 32), oursApart);
