import * as z from 'zod';
import { NOTIFICATION_TYPES } from '../../api/status/notification-types.ts';

/** A webhook of the operator's configuration. Its folder is a mounted Secret with the files `url` and, for CloudEvents, optionally `key`. */
export const webhookSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/, 'must be a name such as team-chat'),
  format: z.enum(['CloudEvents', 'Slack', 'Teams']).default('CloudEvents'),
  types: z.array(z.enum(NOTIFICATION_TYPES)).min(1).default(['Completed', 'RunnersLost']),
  folder: z.string().min(1),
});
export type Webhook = z.infer<typeof webhookSchema>;

export const webhooksSchema = z
  .array(webhookSchema)
  .max(16)
  .refine(
    (webhooks) => new Set(webhooks.map(({ name }) => name)).size === webhooks.length,
    'must have different names',
  );
