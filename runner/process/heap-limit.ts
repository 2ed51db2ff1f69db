/** Resident before the load, of which the node binary is two thirds (docs/design/0032-memory-and-start.md), and the main thread's growth. */
const OUTSIDE_MIB = 64;
/** The rest is for what threads hold outside of their heaps: buffers of connections, bodies, histograms. */
const HEAP_SHARE = 3 / 4;
/** Less than this no thread can work with. */
const LEAST_MIB = 16;

/**
 * How large the old generation of each of `threads` may become under a memory limit of so many bytes, MiB; undefined without a limit, which
 * Node tells as 0 or as more than the `machine` has. V8 would let every thread have half of the limit, and 256 MiB of a small one, so that
 * the kernel would kill the runner before the thread collects, or says that it cannot go on.
 */
export function heapLimitMiB(threads: number, limit: number, machine: number): number | undefined {
  if (limit === 0 || limit >= machine) return undefined;
  const shared = (limit / 2 ** 20 - OUTSIDE_MIB) * HEAP_SHARE;
  return Math.max(LEAST_MIB, Math.floor(shared / threads));
}
