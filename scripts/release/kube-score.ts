/** What `kube-score score --output-format json` prints of one object, as far as this file reads it. */
export type Scored = {
  type_meta: { kind: string };
  object_meta: { name: string };
  checks: { check: { id: string }; grade: number; skipped: boolean; comments: { summary: string }[] | null }[];
};

/** The grade of kube-score for a check that finds nothing. */
const ALL_OK = 10;

/** The findings that stay, each with the reason in docs/operations.md#permissions-of-the-operator: a check, and the findings of it. */
const ACCEPTED: Readonly<Record<string, RegExp>> = {
  'container-image-pull-policy': /^ImagePullPolicy is not set to Always$/,
  'container-resources': /^CPU limit is not set$/,
  'container-ephemeral-storage-request-and-limit': /^Ephemeral Storage (limit|request) is not set$/,
  'container-security-context-user-group-id': /^The container is ?(running)? with a low user ID$|with a low group ID$/,
  'pod-networkpolicy': /matching (egress )?NetworkPolicy$/,
  'deployment-has-host-podantiaffinity': /host podAntiAffinity/,
  'service-targets-pod': /^The services selector does not match any pods$/,
};

/** One line for each finding that is not accepted; throws if the output has no Deployment, and so nothing was scored. */
export function unexpectedFindings(scored: readonly Scored[]): string[] {
  if (!scored.some(({ type_meta }) => type_meta.kind === 'Deployment')) throw new Error('kube-score saw no Deployment');
  return scored.flatMap(({ type_meta: { kind }, object_meta: { name }, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < ALL_OK)
      .flatMap(({ check: { id }, comments }) =>
        (comments ?? [])
          .filter(({ summary }) => !ACCEPTED[id]?.test(summary))
          .map(({ summary }) => `${kind} ${name}: ${id}: ${summary}`),
      ),
  );
}
