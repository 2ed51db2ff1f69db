/**
 * From now on the heaps of this process and of its threads grow in small steps. As an argument of Node the same flag takes 50 of the 330 ms of
 * CPU that a runner needs to be ready, as it collects what starting leaves behind again and again, and 3 MiB more under load
 * (docs/design/0032-memory-and-start.md).
 */
export function growInSmallSteps(): void {
  // Not by `import`: a runner does without the module until then.
  process.getBuiltinModule('node:v8').setFlagsFromString('--optimize-for-size');
}
