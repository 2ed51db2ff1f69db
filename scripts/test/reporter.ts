import type { TestEvent } from 'node:test/reporters';
import { type Failure, failureOf } from './failures.ts';

/** A reporter of node:test that writes the whole run's counts and failures as JSON, for the program that started the run. */
export default async function* results(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const failures: Failure[] = [];
  for await (const event of events) {
    const failure = event.type === 'test:fail' ? failureOf(event.data, process.cwd()) : undefined;
    if (failure !== undefined) failures.push(failure);
    // Every file has a summary of its own; the one of all has no file.
    if (event.type === 'test:summary' && event.data.file === undefined)
      yield JSON.stringify({ counts: event.data.counts, failures });
  }
}
