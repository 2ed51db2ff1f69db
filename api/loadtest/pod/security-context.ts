import * as z from 'zod';

const id = z.int().min(0).max(2_147_483_647);
const profile = z.strictObject({
  type: z.enum(['RuntimeDefault', 'Localhost', 'Unconfined']).describe('Which profile.'),
  localhostProfile: z.string().min(1).max(1024).optional().describe('Name of the profile on the node, for Localhost.'),
});

const shared = {
  runAsUser: id
    .optional()
    .describe('UID of the processes. Default: the one that the platform gives, or that of the image.'),
  runAsGroup: id.optional().describe('GID of the processes. Default: likewise.'),
  runAsNonRoot: z.boolean().optional().describe('Whether root is refused. Default: true.'),
  seccompProfile: profile.optional().describe('Default: RuntimeDefault.'),
  appArmorProfile: profile.optional().describe("Default: the container runtime's."),
  seLinuxOptions: z
    .strictObject({
      level: z.string().max(256).optional().describe('SELinux level label.'),
      role: z.string().max(256).optional().describe('SELinux role label.'),
      type: z.string().max(256).optional().describe('SELinux type label.'),
      user: z.string().max(256).optional().describe('SELinux user label.'),
    })
    .optional()
    .describe('SELinux context. Default: one that the container runtime gives.'),
};

/** The security context of a pod, without the fields that only privileged pods need. */
export const podSecurityContextSchema = z.strictObject({
  ...shared,
  fsGroup: id.optional().describe('GID that owns the volumes. Default: the one that the platform gives, if any.'),
  fsGroupChangePolicy: z.enum(['OnRootMismatch', 'Always']).optional().describe('When volumes change their owner.'),
  supplementalGroups: z.array(id).max(32).optional().describe('Further GIDs of the processes.'),
});
export type PodSecurityContext = z.output<typeof podSecurityContextSchema>;

const capabilities = z.array(z.string().min(1).max(64)).max(64).optional();

/** The security context of a container. */
export const containerSecurityContextSchema = z.strictObject({
  ...shared,
  privileged: z.boolean().optional().describe('Whether the container has all rights on its node. Default: false.'),
  allowPrivilegeEscalation: z.boolean().optional().describe('Whether a process may gain privileges. Default: false.'),
  readOnlyRootFilesystem: z
    .boolean()
    .optional()
    .describe("Whether the container's own files are read-only. Default: true for the runner."),
  capabilities: z
    .strictObject({
      add: capabilities.describe('Capabilities to add.'),
      drop: capabilities.describe('Capabilities to drop. Default: ALL.'),
    })
    .optional()
    .describe('Linux capabilities.'),
});
export type ContainerSecurityContext = z.output<typeof containerSecurityContextSchema>;
