import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorName } from '../../../../../runner/transport/http2/frames/error-codes.ts';
import { kindsOf, realLoad, realSpec } from '../../../../support/real-load.ts';
import { type Behaviour, outcomeOf } from '../../../../support/target/http2/behaviour.ts';
import { type ClientFrame, frameServer, TYPE } from '../../../../support/target/http2/frames.ts';
import { MALFORMED } from '../../../../support/target/http2/malformed.ts';
import { SILENCE } from '../../../../support/target/http2/silence.ts';
import { VALID } from '../../../../support/target/http2/valid.ts';
import { VIOLATIONS } from '../../../../support/target/http2/violations.ts';

const BEHAVIOURS = [...VALID, ...MALFORMED, ...VIOLATIONS, ...SILENCE];
const NO_ERROR = 0;
const NOTES = readFileSync(
  join(import.meta.dirname, '../../../../../docs/notes/0064-where-the-http2-transports-differ.md'),
  'utf8',
);

/** The frame of a client that says what it found, as text; undefined for any other frame. */
function reactionOf({ type, payload }: ClientFrame): string | undefined {
  if (type === TYPE.RST_STREAM) return `RST_STREAM ${errorName(payload.readUInt32BE(0))}`;
  if (type !== TYPE.GOAWAY || payload.readUInt32BE(4) === NO_ERROR) return undefined;
  return `GOAWAY ${errorName(payload.readUInt32BE(4))}`;
}

/** Makes two requests to the server, which must end as expected. Returns its connections, and the reactions of the client. */
async function meet(transport: string, [, frames, , reaction, options = {}]: Behaviour, expected: string) {
  const { request = {}, first = expected, ...serverOptions } = options;
  const reactions = new Set<string>();
  const closes: Promise<unknown>[] = [];
  const port = await frameServer((connection, id) => connection.write(...frames(id, connection)), {
    ...serverOptions,
    onConnection: ({ socket }) => closes.push(new Promise((closed) => socket.on('close', closed))),
    onFrame: (frame) => {
      const reaction = reactionOf(frame);
      if (reaction !== undefined) reactions.add(reaction);
    },
  });
  // Generous for outcomes that need no timeout, because the machine may be busy.
  const timeout = expected.startsWith('TimedOut') ? '100ms' : '10000ms';
  const spec = realSpec({
    target: { url: `http://127.0.0.1:${port}`, timeout, http: { version: 'HTTP2', transport } },
    requests: [{ name: 'r', ...request }],
    load: { type: 'Closed', closed: { users: 1, iterations: 2 } },
  });
  const summary = await realLoad(spec, new Map());
  if (reaction !== undefined) await Promise.all(closes); // what the client says last has arrived
  const ends = { ...kindsOf(summary), ...(summary.counts.done > 0 && { done: summary.counts.done }) };
  assert.deepEqual(
    ends,
    first === expected ? { [expected]: 2 } : { [first]: 1, [expected]: 1 },
    JSON.stringify(summary.errors),
  );
  return { connections: closes.length, reactions: [...reactions] };
}

test('the table has at least 120 behaviours, each once', () => {
  const names = BEHAVIOURS.map(([what]) => what);
  assert.ok(names.length >= 120, `${names.length} behaviours`);
  assert.deepEqual(names.length, new Set(names).size);
});

for (const behaviour of BEHAVIOURS) {
  const [what, , outcome, reaction, options] = behaviour;
  const lean = outcomeOf(outcome, 'Lean');
  test(`Lean counts a server with ${what} as ${lean}${reaction === undefined ? '' : `, and sends ${reaction}`}`, async () => {
    const { connections, reactions } = await meet('Lean', behaviour, lean);
    assert.deepEqual(reactions, reaction === undefined ? [] : [reaction]);
    if (reaction?.startsWith('RST_STREAM') && lean !== 'done') assert.equal(connections, 1);
    if (reaction?.startsWith('GOAWAY')) assert.equal(connections, options?.first === undefined ? 2 : 1);
  });

  const reference = outcomeOf(outcome, 'NodeHTTP2');
  if (reference !== lean) {
    test(`the notes list how the transports differ in: ${what}`, () => {
      assert.ok(NOTES.includes(`| ${what} | ${lean} | ${reference} |`));
    });
  }
  test(`NodeHTTP2 counts a server with ${what} as ${reference}`, async () => {
    await meet('NodeHTTP2', behaviour, reference);
  });
}
