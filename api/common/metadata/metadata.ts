import * as z from 'zod';
import { objectName } from '../value-source.ts';

/** The part of the standard metadata that the operator reads. Names have at most `maxName` characters. */
export const metadataSchema = (maxName: number) =>
  z.looseObject({
    name: objectName.max(maxName).optional(),
    generateName: z.string().min(1).max(253).optional(),
    namespace: z.string().max(63).optional(),
    uid: z.string().optional(),
    generation: z.int().optional(),
    creationTimestamp: z.union([z.string(), z.date()]).optional(),
    deletionTimestamp: z.union([z.string(), z.date()]).optional(),
  });
