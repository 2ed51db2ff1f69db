/** The reason why a script cannot run. */
export class ScriptInvalid extends Error {
  constructor(problem: string) {
    super(`script: ${problem}`);
  }
}

/** The error that ended a thread. One that V8 has ended at the limit of its heap, `heapMiB`, has a remedy. */
export function endError(error: NodeJS.ErrnoException, heapMiB: number | undefined): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  const limit = heapMiB === undefined ? 'its heap' : `the ${heapMiB} MiB that the memory limit leaves to its heap`;
  return new Error(`a worker thread needs more memory than ${limit}: give runners more memory, or more runners`);
}

/** The error of a thread that was terminated because it had sent no message for `silentMs`. `inspection`: what it was inspecting, if anything. */
export function silenceError(
  silentMs: number,
  { inspection, hasScript }: { inspection: string | undefined; hasScript: boolean },
): Error {
  const time = `${silentMs / 1e3} s`;
  if (inspection === undefined && hasScript) return new ScriptInvalid(`it has blocked its thread for ${time}`);
  const problem = `a worker thread has sent no message for ${time} and was terminated`;
  return new Error(inspection === undefined ? problem : `${problem}: ${inspection}`);
}
