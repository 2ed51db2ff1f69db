export type PluginInput = {
  version: string;
  /** URL of the repository. */
  source: string;
  /** URL of the archive, and the SHA-256 of its content in hexadecimal digits. */
  uri: string;
  sha256: string;
};

/** The manifest of the kubectl plugin `loadtest` for Krew (https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/). */
export function pluginManifest({ version, source, uri, sha256 }: PluginInput) {
  return {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'loadtest' },
    spec: {
      version: `v${version}`,
      homepage: source,
      shortDescription: 'Run load tests and follow those of a cluster',
      description:
        'Follows LoadTests of the loadtest-operator with their verdicts as exit codes, reports and\ncompares results, and runs the same files on this machine without a cluster.\n',
      caveats: 'Needs Node 22.19 or newer as `node` on the PATH; scripts of load tests need Node 26.\n',
      // One archive: the program is JavaScript. Windows does not start it by its first line.
      platforms: [
        {
          selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] },
          uri,
          sha256,
          bin: 'bin/loadtest.cjs',
        },
      ],
    },
  };
}
