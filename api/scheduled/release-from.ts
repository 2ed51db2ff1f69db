import * as z from 'zod';
import { labelNameSchema, nodeSelectorSchema } from '../common/metadata/maps.ts';
import { withRules } from '../common/rule.ts';

/** Where a schedule reads the release of its target from. */
export const releaseFromSchema = z.strictObject({
  matchLabels: withRules(nodeSelectorSchema, {
    cel: 'self.size() > 0',
    message: 'must have at least one label',
    test: (labels) => Object.keys(labels).length > 0,
  }).describe('Labels of the pods of the target, in the namespace of the schedule.'),
  label: labelNameSchema
    .optional()
    .describe('Label of these pods whose value is the release, such as app.kubernetes.io/version. Default: the image.'),
  container: z
    .string()
    .min(1)
    .max(63)
    .optional()
    .describe('Container whose image has the release as its tag. Default: the first one.'),
});
export type ReleaseFrom = z.infer<typeof releaseFromSchema>;
