/** How much memory a script used when V8 ended it, in words. */
function outOfMemory(heapMiB: number | undefined): string {
  const limit =
    heapMiB === undefined ? 'its heap may have' : `the ${heapMiB} MiB that the memory limit leaves to its heap`;
  return `it needs more memory than ${limit}: give runners more memory, or more runners`;
}

/**
 * Why the process of a script has ended by itself. `heapMiB`: the limit of its heap; `errors`: its standard error, which only V8 and Node
 * write. V8 aborts a process at the limit of its heap.
 */
export function exitProblem(
  code: number | null,
  signal: NodeJS.Signals | null,
  heapMiB: number | undefined,
  errors: string,
): string {
  if (/heap out of memory|allocation failed/.test(errors)) return outOfMemory(heapMiB);
  if (signal === 'SIGKILL') return 'the system ended its process, usually because memory was short';
  if (signal !== null) return `its process crashed with ${signal}`;
  const last = errors
    .trim()
    .split('\n')
    .find((line) => /Error: |bad option/.test(line));
  return `the script ended its process with exit code ${code}${last === undefined ? '' : `: ${last.slice(0, 256)}`}`;
}
