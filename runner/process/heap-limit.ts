/**
 * The resident memory before the load, two thirds of which is the node binary, and the growth of the main thread
 * (docs/design/0032-memory-and-start.md).
 */
const OUTSIDE_MIB = 64;
/** The rest is for memory of the threads outside their heaps: buffers of connections, bodies, histograms. */
const HEAP_SHARE = 3 / 4;
/** No thread can work with less. */
const LEAST_MIB = 16;

/**
 * The limit of the old generation of each of `threads` under a memory limit of the process, MiB; undefined without a memory limit, which
 * Node reports as 0 or as more than the machine has. By default V8 allows every thread half of the limit, and 256 MiB of a small one, so
 * that the kernel would kill the runner before the thread collects garbage or reports that it is out of memory.
 */
export function heapLimitMiB(threads: number, limitBytes: number, machineBytes: number): number | undefined {
  if (limitBytes === 0 || limitBytes >= machineBytes) return undefined;
  const shared = (limitBytes / 2 ** 20 - OUTSIDE_MIB) * HEAP_SHARE;
  return Math.max(LEAST_MIB, Math.floor(shared / threads));
}
