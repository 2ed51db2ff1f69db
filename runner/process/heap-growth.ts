/**
 * Makes the heaps of this process and its threads grow in small steps from now on. As an argument of Node, the same flag costs 50 of the
 * 330 ms of CPU of a runner's start, because the garbage of the start is collected repeatedly, and 3 MiB more under load
 * (docs/design/0032-memory-and-start.md).
 */
export function growInSmallSteps(): void {
  // Not by `import`, so that a runner loads the module only here.
  process.getBuiltinModule('node:v8').setFlagsFromString('--optimize-for-size');
}
