import type { Check, MakeRequest } from '../../api/loadtest/loadtest-script.d.ts';
import { CallQueue, type Link } from '../../runner/script/call-queue.ts';
import { encodeFrame, type Frame, FrameReader } from '../../runner/script/channel/frames.ts';
import { type FromScript, fromScriptSchema } from '../../runner/script/channel/from-script.ts';
import type { ToScript } from '../../runner/script/channel/to-script.ts';
import { performCalls } from '../../runner/script/process/calls.ts';

/** The calls of functions in this process, with the messages that those of a script's process have, in `sent` and `received`. */
export function callsHere(script: { request?: MakeRequest; check?: Check }) {
  const sent: ToScript[] = [];
  const received: FromScript[] = [];
  let filling: Frame | undefined;
  const link: Link = {
    alive: true,
    sendNow(message, blobs) {
      const frame = frameOf(message, blobs);
      const copy: ToScript = JSON.parse(frame.json);
      sent.push(JSON.parse(frame.json));
      if (copy.type !== 'calls') return;
      const surroundings = { runner: 0, worker: 0, seed: 1, data: null };
      const test = { run: 'x', target: 'http://127.0.0.1:9/api', env: {} };
      performCalls({ test, surroundings, request: script.request, check: script.check }, copy.calls, frame.bytes, {
        need(call, field) {
          deliver({ type: 'need', call, field }, []);
          return { filling: JSON.parse(filling!.json), bytes: filling!.bytes };
        },
        report: (results, bodies) => deliver({ type: 'results', results, cpuMs: 0 }, bodies),
        now: () => 0,
      });
    },
    fill(value, blobs) {
      filling = frameOf(value, blobs);
    },
    waitUntil() {},
  };
  const calls = new CallQueue(link);
  function deliver(message: FromScript, blobs: readonly Uint8Array[]): void {
    const { json, bytes } = frameOf(message, blobs);
    const parsed = fromScriptSchema.parse(JSON.parse(json));
    received.push(parsed);
    if (parsed.type === 'need' || parsed.type === 'results') calls.receive(parsed, bytes);
  }
  return { calls, sent, received };
}

function frameOf(message: unknown, blobs: readonly Uint8Array[]): Frame {
  return new FrameReader(Number.POSITIVE_INFINITY).push(encodeFrame(message, blobs))[0]!;
}
