/**
 * The resident memory before the load, two thirds of which is the node binary, and the growth of the main thread
 * (docs/design/0032-memory-and-start.md).
 */
const OUTSIDE_MIB = 64;
/** The rest is for memory of the threads outside their heaps: buffers of connections, bodies, histograms. */
const HEAP_SHARE = 3 / 4;
/** No thread can work with less. */
const LEAST_MIB = 16;

/** The resident memory of the process of a script outside its heap, without the pages of the node binary, which all processes share. */
const SCRIPT_OUTSIDE_MIB = 24;

/** The heaps that share a memory limit: those of threads of the runner, and those of processes of its script. */
export type Heaps = { threads: number; scripts: number };

/**
 * The limit of the old generation of each of the `heaps` under a memory limit of the process and its children, MiB; undefined without a memory
 * limit, which Node reports as 0 or as more than the machine has. By default V8 allows every heap half of the limit, and 256 MiB of a small
 * one, so that the kernel would kill the runner before V8 collects garbage or reports that it is out of memory.
 */
export function heapLimitMiB(
  { threads, scripts }: Heaps,
  limitBytes: number,
  machineBytes: number,
): number | undefined {
  if (limitBytes === 0 || limitBytes >= machineBytes) return undefined;
  const shared = (limitBytes / 2 ** 20 - OUTSIDE_MIB - scripts * SCRIPT_OUTSIDE_MIB) * HEAP_SHARE;
  return Math.max(LEAST_MIB, Math.floor(shared / (threads + scripts)));
}
