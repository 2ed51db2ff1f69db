import type { RunnersTemplate } from '../../../api/loadtest/pod/template.ts';

/** The lists whose entries add up; an entry of the test replaces one of the chart with the same key. */
const ADDED = {
  ...{ env: 'name', volumes: 'name', volumeMounts: 'mountPath', initContainers: 'name', sidecars: 'name' },
  ...{ imagePullSecrets: 'name', tolerations: undefined, envFrom: undefined, hostAliases: 'ip' },
} as const;
/** The objects whose fields add up. */
const MERGED = ['labels', 'annotations', 'nodeSelector', 'securityContext', 'containerSecurityContext'] as const;

/** A test's template over the chart's defaults for all runners. Any other field of the test replaces that of the chart. */
export function mergedTemplate(defaults: RunnersTemplate, own: RunnersTemplate): RunnersTemplate {
  const merged: Record<string, unknown> = { ...defaults, ...own };
  for (const name of MERGED) if (defaults[name] && own[name]) merged[name] = { ...defaults[name], ...own[name] };
  for (const [name, key] of Object.entries(ADDED) as [keyof typeof ADDED, string | undefined][]) {
    const [first, second] = [defaults[name], own[name]] as (Record<string, unknown>[] | undefined)[];
    if (first && second)
      merged[name] = [...first.filter((a) => !second.some((b) => key !== undefined && a[key] === b[key])), ...second];
  }
  if (defaults.resources && own.resources) merged.resources = mergedResources(defaults.resources, own.resources);
  return merged as RunnersTemplate;
}

/** A request of the chart does not count for a resource that the test limits, because it may be above that limit. */
function mergedResources(
  defaults: NonNullable<RunnersTemplate['resources']>,
  own: NonNullable<RunnersTemplate['resources']>,
): NonNullable<RunnersTemplate['resources']> {
  const left = (amounts: Record<string, string> = {}, taken: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(amounts).filter(([name]) => taken[name] === undefined));
  return {
    requests: { ...left(defaults.requests, own.limits), ...own.requests },
    limits: { ...left(defaults.limits, own.requests), ...own.limits },
  };
}
