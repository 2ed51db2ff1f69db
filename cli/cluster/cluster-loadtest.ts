import * as z from 'zod';
import { GROUP, LOAD_TEST } from '../../api/common/group.ts';
import { parseExactJson } from '../../api/common/notation/exact-json.ts';
import { type LoadTestSpec, loadTestSpecSchema } from '../../api/loadtest/loadtest.ts';
import { type LoadTestStatus, loadTestStatusSchema } from '../../api/status/loadtest-status.ts';
import type { Kubectl } from './kubectl.ts';

/** LoadTests by their full name, because another API group may have a kind of the same name. */
export const RESOURCE = `${LOAD_TEST.plural}.${GROUP}`;

/** A LoadTest in a cluster; `spec` is undefined when it is not valid. */
export type ClusterLoadTest = {
  metadata: { name: string; namespace: string; uid: string };
  spec: LoadTestSpec | undefined;
  status: LoadTestStatus;
};

const objectSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), uid: z.string() }),
  spec: z.unknown().optional(),
  status: loadTestStatusSchema.optional(),
});

/** Gets the LoadTest called `name`. A final problem stays the same however often the caller repeats the call. */
export async function getLoadTest(
  kubectl: Kubectl,
  name: string,
): Promise<{ test: ClusterLoadTest } | { problem: string; isFinal: boolean; isAway?: boolean }> {
  const response = await kubectl(['get', RESOURCE, name, '-o', 'json']);
  if ('problem' in response) return response;
  const parsed = objectSchema.safeParse(parseExactJson(response.out));
  if (!parsed.success) {
    return { problem: `LoadTest ${name} is of another version: ${z.prettifyError(parsed.error)}`, isFinal: false };
  }
  const { metadata, spec, status = {} } = parsed.data;
  return { test: { metadata, spec: loadTestSpecSchema.safeParse(spec).data, status } };
}
