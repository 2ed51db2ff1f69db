import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call, CallQueue, Returned } from '../../../../runner/script/call-queue.ts';
import { FrameError } from '../../../../runner/script/channel/frames.ts';
import { CHECK, REQUEST, type ToScript } from '../../../../runner/script/channel/to-script.ts';
import { callsHere } from '../../../support/script-link.ts';

const SECRET = 'sesame';

/** The call of `request` for an arrival, or of `check`. The request of the spec has a secret. */
const callOf = (index: number, kind: Call['kind'] = REQUEST, bytes = 0): Call => ({
  kind,
  index,
  step: 0,
  status: kind === CHECK ? 200 : 0,
  bytes,
  field(name) {
    if (name === 'row') return { sku: `s${index}` };
    if (name === 'body') return Buffer.from(`body ${index}`);
    return name === 'request'
      ? { name: 'a', method: 'GET', path: '/', headers: { authorization: SECRET }, body: null }
      : {};
  },
});

const resultsOf = async (calls: CallQueue, added: readonly Call[]) => {
  const returned = added.map((call) => new Promise<Returned>((done) => calls.add(call, done, 'Soon')));
  return (await Promise.all(returned)).map(({ result }) => result);
};

const callsIn = (sent: readonly ToScript[]) => sent.map((message) => (message.type === 'calls' ? message.calls : []));

describe('calls of a script', () => {
  it('of one turn go out together, and have results in order', async () => {
    const { calls, sent } = callsHere({
      request: ({ index }) => ({ path: `/${index}` }),
      check: ({ status }) => status === 200,
    });
    assert.deepEqual(await resultsOf(calls, [callOf(1), callOf(2, CHECK), callOf(3)]), [
      { override: { path: '/1' } },
      true,
      { override: { path: '/3' } },
    ]);
    assert.equal(sent.length, 1);
  });

  it('that are added eventually go out with those of a moment', async () => {
    const { calls, sent } = callsHere({ check: () => true });
    await Promise.all(
      [1, 2].map(
        (index) => new Promise((done) => setImmediate(() => calls.add(callOf(index, CHECK), done, 'Eventually'))),
      ),
    );
    assert.equal(sent.length, 1);
  });

  it('contain a costly field, and with it a secret, only from the call on that reads it', async () => {
    const { calls, sent } = callsHere({
      request: (context) => ({ path: context.index < 2 ? '/' : `/${context.request.headers.authorization}` }),
    });
    for (let index = 0; index < 4; index++) await resultsOf(calls, [callOf(index)]);
    assert.deepEqual(
      callsIn(sent).map(([call]) => call?.[4].request?.headers.authorization),
      [undefined, undefined, undefined, SECRET],
    );
    assert.ok(!JSON.stringify(sent.slice(0, 3)).includes(SECRET));
  });

  it('of check read the body once they need it, each its own', async () => {
    const { calls } = callsHere({ check: ({ body }) => body });
    const results = await resultsOf(calls, [callOf(1, CHECK), callOf(2, CHECK)]);
    assert.deepEqual(
      [...results, ...(await resultsOf(calls, [callOf(3, CHECK), callOf(4, CHECK)]))],
      [...['body 1', 'body 2'], ...['body 3', 'body 4']],
    );
  });

  it('go out in messages of a limited number and size', async () => {
    const { calls, sent } = callsHere({ check: () => true });
    await resultsOf(
      calls,
      Array.from({ length: 600 }, (_, index) => callOf(index, CHECK)),
    );
    await resultsOf(
      calls,
      Array.from({ length: 5 }, (_, index) => callOf(index, CHECK, 600_000)),
    );
    assert.deepEqual(
      callsIn(sent).map(({ length }) => length),
      [256, 256, 88, 2, 2, 1],
    );
  });

  it('pass on bytes of a body', async () => {
    const { calls } = callsHere({ request: ({ index }) => ({ body: new Uint8Array([index, 255]) }) });
    const returned = [1, 2].map((index) => new Promise<Returned>((done) => calls.add(callOf(index), done, 'Soon')));
    assert.deepEqual(
      (await Promise.all(returned)).map(({ body }) => [...body!]),
      [
        [1, 255],
        [2, 255],
      ],
    );
  });

  it('have no fields any more when the function has returned', async () => {
    let kept: { row: unknown } | undefined;
    const { calls } = callsHere({
      request(context) {
        kept = context;
        return undefined;
      },
    });
    await resultsOf(calls, [callOf(1)]);
    assert.throws(() => kept!.row, /context\.row can be read only until the function returns/);
  });

  it('end with an error when the process has ended', async () => {
    const { calls } = callsHere({ request: () => undefined });
    const result = resultsOf(calls, [callOf(1)]);
    calls.ended();
    assert.deepEqual(await result, [{ error: 'the script has ended' }]);
  });

  it('have no more results than calls', () => {
    const { calls } = callsHere({});
    assert.throws(() => calls.receive({ type: 'results', results: [true], cpuMs: 0 }, Buffer.alloc(0)), FrameError);
  });

  it('have no field of a call that is not under way', () => {
    const { calls } = callsHere({});
    assert.throws(() => calls.receive({ type: 'need', call: 0, field: 'request' }, Buffer.alloc(0)), FrameError);
  });
});
