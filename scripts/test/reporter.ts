import type { TestEvent } from 'node:test/reporters';

/** A reporter of node:test that writes the whole run's counts as JSON, for the program that started the run. */
export default async function* counts(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    // Every file has a summary of its own; the one of all has no file.
    if (event.type === 'test:summary' && event.data.file === undefined) yield JSON.stringify(event.data.counts);
  }
}
