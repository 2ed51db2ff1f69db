import * as z from 'zod';
import { keyedList, textOf, withRules } from '../../common/rule.ts';
import { objectName } from '../../common/value-source.ts';
import { fieldRefSchema, resourceFieldRefSchema } from './env.ts';

/** The operator's volumes: the token for updates, and the Secrets and ConfigMaps of the spec. */
const RESERVED_VOLUMES = ['token', 'values'];

const name = textOf(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a name: lower-case letters, digits and "-"', {
  min: 1,
  max: 63,
});
const volumeName = withRules(name, {
  cel: `!(self in [${RESERVED_VOLUMES.map((v) => `'${v}'`).join(', ')}])`,
  message: `must not be ${RESERVED_VOLUMES.join(' or ')}, the volumes of the operator`,
  test: (text) => !RESERVED_VOLUMES.includes(text),
});

const mode = z
  .int()
  .min(0)
  .max(511)
  .optional()
  .describe('Mode bits of the files, in decimal. Default: those of the volume.');
const defaultMode = z
  .int()
  .min(0)
  .max(511)
  .optional()
  .describe('Mode bits of the files, in decimal. Default: 420, which is 0644.');
const optional = z.boolean().optional().describe('Whether the object or the key may be missing. Default: false.');
const readOnly = z.boolean().optional().describe('Whether the volume is mounted read-only. Default: false.');
/** No segment is ".." or begins with it. */
const relativePath = textOf(
  /^[.]?[-_a-zA-Z0-9][-._a-zA-Z0-9]*([/][.]?[-_a-zA-Z0-9][-._a-zA-Z0-9]*)*$/,
  'must be a relative path such as conf/app.yaml, without ".."',
  { min: 1, max: 512 },
);
const items = z
  .array(
    z.strictObject({
      key: z.string().min(1).max(253).describe('The key.'),
      path: relativePath.describe('Path of the file.'),
      mode,
    }),
  )
  .max(64)
  .optional()
  .describe('Keys that become files. Default: all, each in a file of its name.');
const podFiles = z
  .array(
    z.strictObject({
      path: relativePath.describe('Path of the file.'),
      fieldRef: fieldRefSchema.optional().describe('A field of the pod.'),
      resourceFieldRef: resourceFieldRefSchema.optional().describe('A resource of a container.'),
      mode,
    }),
  )
  .max(32)
  .optional()
  .describe('The files.');

const objectFiles = (what: string) =>
  z.strictObject({ name: objectName.describe(`Name of the ${what}.`), items, optional });

const sources = {
  configMap: objectFiles('ConfigMap').extend({ defaultMode }).optional().describe('The keys of a ConfigMap.'),
  secret: z
    .strictObject({ secretName: objectName.describe('Name of the Secret.'), items, defaultMode, optional })
    .optional()
    .describe('The keys of a Secret.'),
  emptyDir: z
    .strictObject({
      medium: z.enum(['', 'Memory']).optional().describe('Memory: a file system in memory. Default: on the node.'),
      sizeLimit: z.string().min(1).max(32).optional().describe('Largest size, such as 64Mi.'),
    })
    .optional()
    .describe('An empty folder that lasts as long as the pod.'),
  persistentVolumeClaim: z
    .strictObject({ claimName: objectName.describe('Name of the claim.'), readOnly })
    .optional()
    .describe('A PersistentVolumeClaim.'),
  downwardAPI: z.strictObject({ items: podFiles, defaultMode }).optional().describe('Fields of the pod as files.'),
  projected: z
    .strictObject({
      sources: z
        .array(
          z.strictObject({
            configMap: objectFiles('ConfigMap').optional().describe('The keys of a ConfigMap.'),
            secret: objectFiles('Secret').optional().describe('The keys of a Secret.'),
            downwardAPI: z.strictObject({ items: podFiles }).optional().describe('Fields of the pod as files.'),
          }),
        )
        .max(32)
        .optional()
        .describe('What the folder contains. Tokens of service accounts are none of it.'),
      defaultMode,
    })
    .optional()
    .describe('Several sources in one folder.'),
  hostPath: z
    .strictObject({
      path: z.string().min(1).max(4096).describe('Path on the node.'),
      type: z
        .enum(['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'])
        .optional()
        .describe('What must be there. Default: anything.'),
    })
    .optional()
    .describe("A path of the node, where the operator's limits.allowPodFields has hostPath."),
  csi: z
    .strictObject({
      driver: objectName.describe('The driver.'),
      readOnly,
      fsType: z.string().max(64).optional().describe('The file system. Default: the choice of the driver.'),
      volumeAttributes: z
        .record(z.string(), z.string().max(4096))
        .refine((map) => Object.keys(map).length <= 32, 'must have at most 32 entries')
        .meta({ maxProperties: 32 })
        .optional()
        .describe('Settings for the driver.'),
      nodePublishSecretRef: z
        .strictObject({ name: objectName.describe('Name of the Secret.') })
        .optional()
        .describe('A Secret for the driver.'),
    })
    .optional()
    .describe("A volume of a CSI driver, where the operator's limits.allowPodFields has csi."),
};
const SOURCES = Object.keys(sources) as (keyof typeof sources)[];

const volume = withRules(z.strictObject({ name: volumeName.describe('Name of the volume.'), ...sources }), {
  cel: `[${SOURCES.map((source) => `has(self.${source})`).join(', ')}].filter(set, set).size() == 1`,
  message: `exactly one of ${SOURCES.join(', ')} must be set`,
  test: (v) => SOURCES.filter((source) => v[source] !== undefined).length === 1,
});

/** The volumes of a runner pod beside the operator's own. */
export const volumesSchema = keyedList(volume, 'name', 32);
export type Volume = z.output<typeof volume>;

const mount = z.strictObject({
  name: volumeName.describe('Name of the volume.'),
  mountPath: textOf(
    /^([/][.]?[-_a-zA-Z0-9][-._a-zA-Z0-9]*)+$/,
    'must be an absolute path such as /data, without ".."',
    {
      min: 2,
      max: 512,
    },
  ).describe('Path in the container.'),
  subPath: relativePath.optional().describe('Path in the volume. Default: its root.'),
  readOnly,
});

/** The mounts of a container. */
export const volumeMountsSchema = keyedList(mount, 'mountPath', 32);

/** The runner's program, its interpreter, and the files that it gets from the operator and the kernel, with the folders above them. */
const RESERVED_PATH =
  /^[/](app|dev|proc|sys|usr|usr[/]local|usr[/]local[/](bin|lib)|var|var[/]run|run|(var[/])?run[/]loadtest)$|^[/](app|dev|proc|sys|usr[/]local[/](bin|lib)|(var[/])?run[/]loadtest)[/]/;

/** The mounts of the runner's container. */
export const runnerVolumeMountsSchema = withRules(volumeMountsSchema, {
  cel: `self.all(m, !m.mountPath.matches('${RESERVED_PATH.source.replaceAll('\\/', '/')}'))`,
  message:
    'must not hide the files of the runner: /app, /usr/local/bin, /usr/local/lib, /var/run/loadtest, /dev, /proc and /sys',
  test: (list) => list.every(({ mountPath }) => !RESERVED_PATH.test(mountPath)),
});
