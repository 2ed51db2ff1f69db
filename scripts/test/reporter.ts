import type { TestEvent } from 'node:test/reporters';
import { type Failure, failureOf } from './failures.ts';

/** A reporter for node:test that writes the counts and failures of the whole run as JSON, for the program that started it. */
export default async function* results(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const failures: Failure[] = [];
  for await (const event of events) {
    const failure = event.type === 'test:fail' ? failureOf(event.data, process.cwd()) : undefined;
    if (failure !== undefined) failures.push(failure);
    // The summary of the whole run is the one without a file.
    if (event.type === 'test:summary' && event.data.file === undefined)
      yield JSON.stringify({ counts: event.data.counts, failures });
  }
}
