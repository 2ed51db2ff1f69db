import { textsIn } from '../../common/template.ts';
import type { ValueSource } from '../../common/value-source.ts';
import type { Body, BodyField, BodyTypeName } from './body.ts';

/** Which texts and which keys of Secrets and ConfigMaps the field of a body type holds. */
type BodyContents<T> = {
  /** The texts that may hold variables. */
  texts(value: T): string[];
  sources(value: T): ValueSource[];
  /**
   * CEL: `call` is false of every text of `field`. Absent where there are no texts or CEL cannot see them. A list has a rule of its own,
   * as the API server limits the cost of each rule.
   */
  noText?: { inCel(field: string, call: string): string; isList: boolean };
};

type WithSource = { value?: string | undefined; valueFrom?: ValueSource | undefined };

/** Entries with a `value` or a `valueFrom` each; `entry` is the name of one in CEL. */
function namedValues(entry: string): BodyContents<readonly WithSource[]> {
  return {
    texts: (entries) => entries.flatMap(({ value }) => value ?? []),
    sources: (entries) => entries.flatMap(({ valueFrom }) => valueFrom ?? []),
    noText: {
      inCel: (field, call) => `${field}.all(${entry}, !has(${entry}.value) || !${entry}.value.${call})`,
      isList: true,
    },
  };
}

/** One entry a type. This file is apart from the schemas, since worker threads load it and must not load zod. */
const CONTENTS: { [T in BodyTypeName]: BodyContents<NonNullable<Body[BodyField<T>]>> } = {
  JSON: { texts: textsIn, sources: () => [] },
  Form: namedValues('f'),
  Text: {
    texts: (text) => [text],
    sources: () => [],
    noText: { inCel: (field, call) => `!${field}.${call}`, isList: false },
  },
  From: { texts: () => [], sources: (source) => [source] },
  Multipart: namedValues('p'),
};

/** The field that holds a body of type `name`. */
export function bodyFieldOf<T extends BodyTypeName>(name: T): BodyField<T> {
  return name.toLowerCase() as BodyField<T>;
}

type Field = { field: BodyField; contents: BodyContents<unknown> };

/** The fields of a body, one a type. */
export const BODY_FIELDS: readonly Field[] = (Object.keys(CONTENTS) as BodyTypeName[]).map((name) => ({
  field: bodyFieldOf(name),
  contents: CONTENTS[name],
}));

/** The texts of a body's `fields` that may hold variables; a body that breaks its rules may have several of them. */
export function bodyTexts(body: Body | undefined, fields = BODY_FIELDS): string[] {
  return fields.flatMap(({ field, contents }) => {
    const value = body?.[field];
    return value === undefined || value === null ? [] : contents.texts(value);
  });
}

/** The keys of Secrets and ConfigMaps that a body refers to. */
export function bodySources(body: Body | undefined): ValueSource[] {
  return BODY_FIELDS.flatMap(({ field, contents }) => {
    const value = body?.[field];
    return value === undefined || value === null ? [] : contents.sources(value);
  });
}
