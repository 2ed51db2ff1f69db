import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { findCondition } from '../../../api/status/conditions.ts';
import { buildProgramImage, importImage } from '../../cluster/build/images.ts';
import { until } from '../../cluster/system/wait.ts';
import { buildGoServer } from '../../servers/grpc/servers.ts';
import { type EndedLoadTest, type Spec, useNamespace } from '../support/namespace.ts';
import { podWithService } from '../support/target-objects.ts';
import { assertNotFailed } from '../support/verdict.ts';

const NAME = 'grpc-go';
const SERVICE = 'grpc.testing.TestService';
const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
const PORT = 5050;
const COUNTS = 8080;
const RUNNERS = 2;
/** Each request has the weight 1 and comes once in a block of as many arrivals. */
const ITERATIONS = 60;
const EACH = ITERATIONS / 3;

const CALLS: Spec['requests'] = [
  { name: 'unary', grpc: { service: SERVICE, method: 'UnaryCall', message: { responseSize: 100 } } },
  {
    name: 'stream',
    grpc: {
      service: SERVICE,
      method: 'StreamingOutputCall',
      message: { responseParameters: [{ size: 1 }, { size: 2 }, { size: 3 }] },
    },
  },
  {
    name: 'missing',
    grpc: {
      service: SERVICE,
      method: 'UnaryCall',
      message: { responseStatus: { code: 5, message: 'no order ${index}' } },
    },
    expect: { grpcStatus: ['NOT_FOUND'] },
  },
];
const THRESHOLDS: Spec['thresholds'] = [
  { metric: 'errors', max: '0%' },
  { metric: 'status.NOT_FOUND', min: '33.3%', max: '33.4%' },
  { metric: 'status.UNAVAILABLE', max: '0%' },
];

describe("grpc-go's server in a pod", () => {
  let counts = '';
  const ns = useNamespace('grpc', {
    prepare: async ({ apply, kubectl }) => {
      const image = await buildProgramImage(NAME, await buildGoServer());
      await importImage(image);
      const args = [`:${PORT}`, 'reflection', `:${COUNTS}`];
      await apply(...podWithService(NAME, image.name, { args, ports: { grpc: PORT, http: COUNTS } }));
      await kubectl('wait', '--for=condition=Ready', `pod/${NAME}`, '--timeout=60s');
      const address = await kubectl('get', 'service', NAME, '-o', 'jsonpath={.spec.clusterIP}');
      counts = `http://${address.trim()}:${COUNTS}`;
      await until('the rules of the Service', received, { timeoutMs: 20_000 });
    },
  });

  /** The calls that the server has received by method. */
  async function received(): Promise<Record<string, number>> {
    const response = await fetch(counts, { signal: AbortSignal.timeout(1000) });
    return (await response.json()) as Record<string, number>;
  }

  const specOf = (requests: Spec['requests'], more: Partial<Spec> = {}): Spec => ({
    target: { url: `http://${NAME}.${ns.name}.svc:${PORT}`, http: { version: 'HTTP2' }, grpc: {} },
    requests,
    load: { type: 'Closed', closed: { users: 4, iterations: ITERATIONS } },
    ...more,
  });
  const conditionOf = ({ status }: EndedLoadTest, type: 'Passed' | 'Complete') =>
    findCondition(status.conditions, type);

  let calls: EndedLoadTest;
  let wrongMethod: EndedLoadTest;
  before(async () => {
    [calls, wrongMethod] = await Promise.all([
      ns.runToEnd('calls', specOf(CALLS, { runners: { replicas: RUNNERS }, thresholds: THRESHOLDS })),
      ns.runToEnd('wrong-method', specOf([{ name: 'place', grpc: { service: SERVICE, method: 'UnaryCal' } }])),
    ]);
  });

  it('receives exactly the calls of a test that knows its services by reflection', async () => {
    const { status } = calls;
    assertNotFailed(calls);
    assert.deepEqual(status.responses, [
      { status: 0, name: 'OK', count: 2 * EACH },
      { status: 5, name: 'NOT_FOUND', count: EACH },
    ]);
    const { done, unexpected } = status.counts;
    assert.deepEqual(
      { done, unexpected, messages: status.messages },
      { done: ITERATIONS, unexpected: 0, messages: 3 * EACH },
    );
    assert.deepEqual(await received(), {
      [`/${SERVICE}/UnaryCall`]: 2 * EACH,
      [`/${SERVICE}/StreamingOutputCall`]: EACH,
      // Each runner asks once, also that of the other test, which makes no call.
      [REFLECTION]: RUNNERS + 1,
    });
  });

  it('has no method of that name, and the condition says which it has', () => {
    const { reason, message = '' } = conditionOf(wrongMethod, 'Complete')!;
    assert.equal(reason, 'RunnerFailed', message);
    assert.match(message, /request "place", grpc\.method: grpc\.testing\.TestService has no method "UnaryCal"/);
    assert.match(message, /did you mean UnaryCall\?/);
    assert.notEqual(conditionOf(wrongMethod, 'Passed')?.status, 'True');
  });
});
