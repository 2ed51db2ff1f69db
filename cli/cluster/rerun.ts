import * as z from 'zod';
import { API_VERSION, GROUP, LOAD_TEST } from '../../api/common/group.ts';
import { parseExactJson } from '../../api/common/notation/exact-json.ts';
import type { KubeObject } from '../input/documents.ts';
import { applyOverrides, parseOverrides } from '../input/override.ts';
import { formatProblem, validateObject } from '../input/validate.ts';
import { RESOURCE } from './cluster-loadtest.ts';
import type { Kubectl } from './kubectl.ts';

const texts = z.record(z.string(), z.string()).optional();
const originalSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    generateName: z.string().optional(),
    labels: texts,
    annotations: texts,
  }),
  spec: z.unknown(),
});
type Original = z.infer<typeof originalSchema>;

/** Labels and annotations about the old run, which the new one does not inherit: ours, and those of kubectl apply. */
const OF_THE_RUN = [`${GROUP}/`, 'kubectl.kubernetes.io/'];

/** A new object with the spec, labels and annotations of a test, without its status and owner. */
function rerunOf({ metadata, spec }: Original, newName: string | undefined): KubeObject {
  const { name, namespace, generateName = `${name}-` } = metadata;
  const kept = (map: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(map).filter(([key]) => !OF_THE_RUN.some((prefix) => key.startsWith(prefix))));
  return {
    apiVersion: API_VERSION,
    kind: LOAD_TEST.kind,
    metadata: {
      ...(newName === undefined ? { generateName } : { name: newName }),
      ...{ namespace, labels: kept(metadata.labels), annotations: kept(metadata.annotations) },
    },
    spec,
  };
}

type Rerun = { test: string; newName?: string; set: readonly string[] };

/** Creates a new LoadTest like `test`, with overrides; returns the new name. */
export async function rerun(
  kubectl: Kubectl,
  { test, newName, set }: Rerun,
): Promise<{ name: string } | { problems: string[] }> {
  const parsed = parseOverrides(set);
  if ('problems' in parsed) return parsed;
  const response = await kubectl(['get', RESOURCE, test, '-o', 'json']);
  if ('problem' in response) return { problems: [response.problem] };
  const original = originalSchema.parse(parseExactJson(response.out));
  const changed = applyOverrides(original.spec, parsed.overrides);
  if ('problems' in changed) return changed;
  const object = rerunOf({ ...original, spec: changed.spec }, newName);
  const checked = validateObject(object);
  if ('problems' in checked)
    return {
      problems: checked.problems.map((p) => formatProblem({ file: '', kind: LOAD_TEST.kind, name: test, ...p })),
    };
  const made = await kubectl(['create', '-f', '-', '-o', 'json'], JSON.stringify(object));
  return 'problem' in made
    ? { problems: [made.problem] }
    : { name: originalSchema.parse(JSON.parse(made.out)).metadata.name };
}
