/**
 * The versions of the test cluster's parts. The go.mod files under `go/` pin the parts that are built from source; flags and file names need
 * these versions, too.
 */
export const kubernetesVersion = '1.35.4';

/** The oldest Go that builds every module under `go/`, and the version to install if the machine has none. */
export const oldestGo = '1.26.7';
export const bootstrapGo = '1.26.8';

/** True if the dotted version `have` is `least` or newer. */
export function isAtLeast(have: string, least: string): boolean {
  const haveParts = have.split('.').map(Number);
  for (const [index, wanted] of least.split('.').map(Number).entries()) {
    const part = haveParts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
