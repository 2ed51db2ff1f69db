import assert from 'node:assert/strict';
import { it } from 'node:test';
import { http2Transport } from '../../../../../runner/transport/http2/transport.ts';
import { destinationOf } from '../../../../../runner/transport/select.ts';
import { realLoad, realSpec } from '../../../../support/real-load.ts';
import { recordResponses } from '../../../../support/record-responses.ts';
import { type FrameConnection, frameServer, headers } from '../../../../support/target/http2/frames.ts';

const BUSY_MS = 200;

/** Responds to two streams at once, in one write. */
function inPairs() {
  let first: number | undefined;
  return ({ write }: Pick<FrameConnection, 'write'>, stream: number) => {
    if (first === undefined) first = stream;
    else {
      const responses = [first, stream].map((id) => headers(id, { ':status': '200' }, { end: true }));
      first = undefined;
      write(...responses);
    }
  };
}

it('over HTTP/2, a request whose frames wait for the end of a long callback is not in the target yet', async () => {
  const port = await frameServer(inPairs());
  const spec = realSpec({
    target: { url: `http://127.0.0.1:${port}`, timeout: '10000ms', http: { version: 'HTTP2' } },
    load: { type: 'Closed', closed: { users: 2, iterations: 4 } },
  });
  let responses = 0;
  // The first response of the read has sent the next request by now, whose frames wait.
  const busyAtTheSecond = () => {
    if (++responses !== 2) return;
    const untilMs = performance.now() + BUSY_MS;
    while (performance.now() < untilMs);
  };
  const transport = recordResponses(http2Transport(destinationOf(spec.target, new Map())), busyAtTheSecond);
  const { counts, serviceTime, withoutGenerator } = await realLoad(spec, new Map(), transport);
  assert.equal(counts.done, 4);
  const ms = (us: number | undefined) => us! / 1e3;
  assert.ok(ms(serviceTime.max) >= BUSY_MS, `measured ${ms(serviceTime.max)} ms`);
  for (const times of [withoutGenerator.serviceTime, withoutGenerator.responseTime])
    assert.ok(ms(times.max) < BUSY_MS / 2, `${ms(times.max)} ms`);
});
