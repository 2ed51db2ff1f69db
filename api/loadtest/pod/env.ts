import * as z from 'zod';
import { textOf, withRules } from '../../common/rule.ts';
import { keySelector, objectName } from '../../common/value-source.ts';

const optional = z.boolean().optional().describe('Whether the object or the key may be missing. Default: false.');
const key = keySelector.extend({ optional });

export const fieldRefSchema = z.strictObject({
  fieldPath: z.string().min(1).max(512).describe('Field of the pod, such as spec.nodeName.'),
  apiVersion: z.literal('v1').optional().describe('Version of that path.'),
});

export const resourceFieldRefSchema = z.strictObject({
  resource: z.string().min(1).max(128).describe('Resource of a container, such as limits.cpu.'),
  containerName: z.string().min(1).max(63).optional().describe('That container. Default: this one.'),
  divisor: z.string().min(1).max(32).optional().describe('Unit of the value, such as 1m. Default: 1.'),
});

const sources = {
  secretKeyRef: key.optional().describe('A key of a Secret.'),
  configMapKeyRef: key.optional().describe('A key of a ConfigMap.'),
  fieldRef: fieldRefSchema.optional().describe('A field of the pod.'),
  resourceFieldRef: resourceFieldRefSchema.optional().describe('A resource of a container.'),
};
const SOURCES = Object.keys(sources) as (keyof typeof sources)[];

const variable = withRules(
  z.strictObject({
    name: textOf(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, 'must be the name of a variable: letters, digits, "-", "_" and "."', {
      min: 1,
      max: 253,
    }).describe('Name of the variable.'),
    value: z.string().max(32_768).optional().describe('Its value. Default: empty.'),
    valueFrom: withRules(z.strictObject(sources), {
      cel: `[${SOURCES.map((name) => `has(self.${name})`).join(', ')}].filter(set, set).size() == 1`,
      message: `exactly one of ${SOURCES.join(', ')} must be set`,
      test: (v) => SOURCES.filter((name) => v[name] !== undefined).length === 1,
    })
      .optional()
      .describe('Source of the value, instead of `value`.'),
  }),
  {
    cel: '!has(self.value) || !has(self.valueFrom)',
    message: 'at most one of value and valueFrom may be set',
    test: (v) => v.value === undefined || v.valueFrom === undefined,
  },
);

/** The environment of a container. */
export const envSchema = z.array(variable).max(64);

/** Variables that the operator sets on the runner's container, or with which Node or the linker would run other code than the runner's. */
const RESERVED = /^(LOADTEST_.*|LD_.*|NODE_OPTIONS|NODE_PATH|MALLOC_ARENA_MAX)$/;

/** The environment of the runner's container. */
export const runnerEnvSchema = withRules(envSchema, {
  cel: `self.all(v, !v.name.matches('${RESERVED.source}'))`,
  message: 'LOADTEST_*, LD_*, NODE_OPTIONS, NODE_PATH and MALLOC_ARENA_MAX are reserved for the operator',
  test: (list) => list.every(({ name }) => !RESERVED.test(name)),
});

/** All keys of Secrets and ConfigMaps as the environment of a container. */
export const envFromSchema = z
  .array(
    withRules(
      z.strictObject({
        prefix: z.string().max(253).optional().describe('Text before the name of each variable.'),
        secretRef: z
          .strictObject({ name: objectName.describe('Name of the Secret.'), optional })
          .optional()
          .describe('A Secret.'),
        configMapRef: z
          .strictObject({ name: objectName.describe('Name of the ConfigMap.'), optional })
          .optional()
          .describe('A ConfigMap.'),
      }),
      {
        cel: 'has(self.secretRef) != has(self.configMapRef)',
        message: 'exactly one of secretRef and configMapRef must be set',
        test: (v) => (v.secretRef === undefined) !== (v.configMapRef === undefined),
      },
    ),
  )
  .max(32);
