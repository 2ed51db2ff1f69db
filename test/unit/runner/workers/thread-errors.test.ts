import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endError, ScriptInvalid, silenceError } from '../../../../runner/workers/thread-errors.ts';

const outOfMemory = Object.assign(new Error('x'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
const thrown = new Error('no such table');
const inspection = 'it was inspecting a response to request "long"';

const rows: [sentence: string, error: Error, message: string, isOfScript: boolean][] = [
  ['an error of the thread stays as it is', endError(thrown, 52), 'no such table', false],
  [
    'a thread out of memory names its limit',
    endError(outOfMemory, 52),
    'a worker thread needs more memory than the 52 MiB that the memory limit leaves to its heap: give runners more memory, or more runners',
    false,
  ],
  [
    'a thread out of memory without a limit names its heap',
    endError(outOfMemory, undefined),
    'a worker thread needs more memory than its heap: give runners more memory, or more runners',
    false,
  ],
  [
    'a silent thread with a script is blocked by the script',
    silenceError(1500, { inspection: undefined, hasScript: true }),
    'script: it has blocked its thread for 1.5 s',
    true,
  ],
  [
    'a silent thread without a script names no cause',
    silenceError(10_000, { inspection: undefined, hasScript: false }),
    'a worker thread has sent no message for 10 s and was terminated',
    false,
  ],
  [
    'a silent thread names the inspection under way, although it has a script',
    silenceError(10_000, { inspection, hasScript: true }),
    `a worker thread has sent no message for 10 s and was terminated: ${inspection}`,
    false,
  ],
];
for (const [sentence, error, message, isOfScript] of rows)
  test(sentence, () => assert.deepEqual([error.message, error instanceof ScriptInvalid], [message, isOfScript]));
