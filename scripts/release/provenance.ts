export type ProvenanceInput = {
  /** Name and SHA-256, in hexadecimal digits, of everything that was built. */
  subjects: readonly { name: string; sha256: string }[];
  /** URL of the repository. */
  source: string;
  /** The tag or branch, such as refs/tags/v0.1.0, and the commit. */
  ref: string;
  revision: string;
  /** Reference of the base image with its digest. */
  base: string;
  /** Who built: the URI of the workflow, or of this script on a person's machine. */
  builder: string;
  /** URI of the run; absent on a person's machine. */
  invocation?: string;
  started: Date;
  finished: Date;
};

/** An in-toto statement with a provenance of SLSA 1.0 (https://slsa.dev/spec/v1.0/provenance). Unsigned: the release workflow signs it. */
export function provenance(input: ProvenanceInput) {
  const [base = '', digest] = input.base.split('@sha256:');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: input.subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `${input.source}/blob/${input.revision}/scripts/release/main.ts`,
        externalParameters: { source: input.source, ref: input.ref },
        internalParameters: {},
        resolvedDependencies: [
          { uri: `git+${input.source}@${input.ref}`, digest: { gitCommit: input.revision } },
          { uri: `oci:${base}`, ...(digest !== undefined && { digest: { sha256: digest } }) },
        ],
      },
      runDetails: {
        builder: { id: input.builder },
        metadata: {
          ...(input.invocation !== undefined && { invocationId: input.invocation }),
          startedOn: input.started.toISOString(),
          finishedOn: input.finished.toISOString(),
        },
      },
    },
  };
}
