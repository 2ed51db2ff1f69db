import * as z from 'zod';
import { objectName } from '../../api/common/value-source.ts';

// The rules of the API server for Secrets and ConfigMaps (kubernetes, pkg/apis/core/validation).

/** The most bytes that all values of one object may have. */
const MOST_BYTES = 1024 * 1024;

const KEY = /^(?!\.\.?$|\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** Base64 as Go decodes it: its lines may end anywhere. */
const base64 = z.string().refine((text) => z.base64().safeParse(text.replaceAll(/[\r\n]/g, '')).success, {
  message: 'must be base64',
});

/** A map of keys to values, neither of which kubectl or the API server changes. */
function mapOf(value: z.ZodType<string>) {
  const entry = z.unknown().check((context) => {
    // As input, null would make the field absent.
    if (context.value === null) context.issues.push({ code: 'custom', input: '', message: NO_VALUE });
    else if (typeof context.value !== 'string')
      context.issues.push({ code: 'invalid_type', expected: 'string', input: context.value });
    else {
      const { error } = value.safeParse(context.value);
      if (error !== undefined)
        context.issues.push({ code: 'custom', input: context.value, message: error.issues[0]!.message });
    }
  });
  return z.record(z.string(), entry).check((context) => {
    for (const key of Object.keys(context.value))
      if (!KEY.test(key))
        context.issues.push({
          code: 'custom',
          input: key,
          path: [key],
          message: 'the key must consist of letters, digits, "-", "_" and ".", without ".." at its beginning',
        });
  });
}

const NO_VALUE = 'has no value, and kubectl apply drops such a key: write "" for empty text';

type Values = Record<string, unknown> | null | undefined;

/** The bytes of the values of a map, which is in base64 or not. */
function bytesOf(values: Values, encoding: 'base64' | 'utf8'): number {
  return Object.values(values ?? {}).reduce<number>((sum, text) => sum + Buffer.byteLength(String(text), encoding), 0);
}

/** Adds a problem if the values of an object are too large. */
function sized<S extends z.ZodType>(schema: S, bytes: (object: z.output<S>) => number): S {
  return schema.check((context) => {
    const size = bytes(context.value as z.output<S>);
    if (size > MOST_BYTES)
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: [],
        message: `its values have ${size} bytes, and an object holds at most ${MOST_BYTES}: divide the data`,
      });
  }) as S;
}

const common = {
  apiVersion: z.literal('v1'),
  metadata: z.looseObject({ name: objectName }),
  immutable: z.boolean().nullish(),
};

const base64Map = mapOf(base64).nullish();
const textMap = mapOf(z.string()).nullish();

const configMap = z
  .strictObject({ ...common, kind: z.literal('ConfigMap'), data: textMap, binaryData: base64Map })
  .check((context) => {
    const { data, binaryData } = context.value;
    for (const key of Object.keys(data ?? {}))
      if (binaryData && Object.hasOwn(binaryData, key))
        context.issues.push({
          code: 'custom',
          input: key,
          path: ['data', key],
          message: 'the key stands in binaryData, too',
        });
  });

/** The keys that a Secret of a type must have; of a list one is enough. */
const KEYS_OF_TYPES: Record<string, readonly (readonly string[])[]> = {
  'kubernetes.io/basic-auth': [['username', 'password']],
  'kubernetes.io/dockercfg': [['.dockercfg']],
  'kubernetes.io/dockerconfigjson': [['.dockerconfigjson']],
  'kubernetes.io/ssh-auth': [['ssh-privatekey']],
  'kubernetes.io/tls': [['tls.crt'], ['tls.key']],
};

const secret = z
  .strictObject({
    ...common,
    kind: z.literal('Secret'),
    type: z.string().nullish(),
    data: base64Map,
    stringData: textMap,
  })
  .check((context) => {
    const { type, data, stringData } = context.value;
    for (const keys of KEYS_OF_TYPES[type ?? ''] ?? [])
      if (!keys.some((key) => Object.hasOwn({ ...data, ...stringData }, key)))
        context.issues.push({
          code: 'custom',
          input: context.value,
          path: ['data'],
          message: `must have the key ${keys.join(' or ')}, as the type is ${type}`,
        });
  });

/** Objects whose keys a LoadTest refers to, by their kind. */
export const HOLDER_SCHEMAS = {
  Secret: sized(secret, ({ data, stringData }) => {
    const encoded = Object.fromEntries(
      Object.entries(data ?? {}).filter(([key]) => !Object.hasOwn(stringData ?? {}, key)),
    );
    return bytesOf(encoded, 'base64') + bytesOf(stringData, 'utf8');
  }),
  ConfigMap: sized(configMap, ({ data, binaryData }) => bytesOf(data, 'utf8') + bytesOf(binaryData, 'base64')),
};
