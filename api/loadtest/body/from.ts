import { valueSourceSchema } from '../../common/value-source.ts';

export const fromSchema = valueSourceSchema
  .optional()
  .describe('A key of a Secret or ConfigMap whose bytes are the body.');
