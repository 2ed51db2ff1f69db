/** Concurrent calls to the API server. */
const AT_ONCE = 20;

/** Runs `work` for each item with bounded concurrency; results are in order. */
export async function inTurn<T, R>(items: readonly T[], work: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!, i);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
