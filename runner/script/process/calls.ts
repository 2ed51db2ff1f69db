import type { Check, MakeRequest, TestContext } from '../../../api/loadtest/loadtest-script.d.ts';
import { Bytes } from '../channel/frames.ts';
import type { Result } from '../channel/from-script.ts';
import { ScriptMisuse, scriptMessage } from '../channel/script-error.ts';
import { type CallMessage, CHECK, type Surroundings } from '../channel/to-script.ts';
import { CallContext, type Need, type OpenCall, TOO_LATE } from './context.ts';
import { overrideOf } from './override.ts';
import { ScriptResponse } from './response.ts';

export type Called = {
  test: TestContext;
  surroundings: Surroundings;
  request: MakeRequest | undefined;
  check: Check | undefined;
};

/** Receives results in order, with the bytes of the bodies in them. */
export type Report = (results: Result[], blobs: Uint8Array[]) => void;

/** A batch of slow calls reports after this time, so that the runner sees that it goes on. */
const REPORT_MS = 50;

/** Makes calls one after another; `bytes` has the bodies of the responses. Every call has a result. */
export function performCalls(
  called: Called,
  calls: readonly CallMessage[],
  bytes: Buffer,
  { need, report, now }: { need: Need; report: Report; now: () => number },
): void {
  const bodies = new Bytes(bytes);
  let results: Result[] = [];
  let blobs: Uint8Array[] = [];
  let reported = now();
  for (let i = 0; i < calls.length; i++) {
    const message = calls[i]!;
    const { body } = message[4];
    const call: OpenCall = {
      message,
      body: body === undefined ? undefined : bodies.take(body),
      need: (field) => need(i, field),
    };
    results.push(resultOf(called, call, blobs));
    call.need = TOO_LATE;
    if (i + 1 === calls.length || now() - reported > REPORT_MS) {
      report(results, blobs);
      results = [];
      blobs = [];
      reported = now();
    }
  }
}

function resultOf({ test, surroundings, request, check }: Called, call: OpenCall, blobs: Uint8Array[]): Result {
  try {
    const context = new CallContext(test, surroundings, call);
    if (call.message[0] === CHECK) return verdictOf(check!(new ScriptResponse(call), context));
    return overrideOf(request!(context), blobs);
  } catch (error) {
    return { error: scriptMessage(error) };
  }
}

function verdictOf(verdict: unknown): boolean | string {
  if (typeof verdict === 'boolean' || typeof verdict === 'string') return verdict;
  if (verdict instanceof Promise) {
    verdict.catch(() => {}); // only the misuse is reported
    throw new ScriptMisuse('check must be synchronous, but returned a promise');
  }
  throw new ScriptMisuse('check must return true, false or a text with the reason');
}
