import { microseconds } from '../../../api/common/duration.ts';
import { DEFAULT_MAX_MESSAGE } from '../../../api/common/sizes.ts';
import type { RequestSpec } from '../../../api/loadtest/request.ts';
import type { Target } from '../../../api/loadtest/target/target.ts';
import { GRPC_OK, grpcStatusNumber, statusText } from '../../../api/status/grpc-statuses.ts';
import { hostNameOf } from '../../../model/common/host.ts';
import { basePathOf, pathOf } from '../../request/path.ts';
import { withTemplates } from '../../request/prepare.ts';
import type { PreparedRequest } from '../../request/prepared-request.ts';
import { eventLimits, type StatusExpectation } from '../../response/expectation.ts';
import { inspectionOf } from '../../response/inspection.ts';
import type { Values } from '../../values/referenced-values.ts';
import { bodyOf } from './call-body.ts';
import { headersOf } from './call-headers.ts';
import { messageJson } from './message/messages.ts';
import type { GrpcMethod } from './method.ts';

export type GrpcTarget = Pick<Target, 'url' | 'auth'> & Partial<Pick<Target, 'grpc' | 'timeout'>>;

/** A call of a method. Throws an error that names the field of a message which its type does not allow. */
export function prepareCall(
  target: GrpcTarget,
  request: RequestSpec,
  method: GrpcMethod,
  input: { values: Values; columns: readonly string[] },
): PreparedRequest {
  const call = request.grpc!;
  const base = new URL(target.url);
  const { maxMessageBytes = DEFAULT_MAX_MESSAGE } = target.grpc ?? {};
  const expect = { ...request.expect, maxBodyBytes: maxMessageBytes };
  const prepared = withTemplates(
    {
      name: request.name,
      weight: request.weight,
      thinkTimeUs: microseconds(request.thinkTime ?? '0s'),
      method: 'POST',
      redirects: null,
      site: { host: hostNameOf(base), secure: base.protocol === 'https:' },
      ...statusExpectation(request.expect?.grpcStatus),
      expectsBody: null,
      events: eventLimits(request.expect),
      wantsHeaders: true,
      maxBodyBytes: maxMessageBytes,
      inspection: inspectionOf(expect, request.extract, expect.bodyContains),
      codedInspection: null,
      messages: {
        isStream: method.receivesStream,
        toJson: (message) => messageJson(method.response, message),
      },
    },
    {
      method: 'POST',
      status: [],
      path: pathOf(basePathOf(target.url), method.path),
      headers: headersOf(target, request, input),
      body: bodyOf(request.name, call, method, input),
    },
  );
  const { render } = prepared;
  if (render === null) return prepared;
  return {
    ...prepared,
    render: (scope) => {
      try {
        return render(scope);
      } catch (error) {
        return { ...prepared, render: null, failure: { kind: 'RequestInvalid', example: (error as Error).message } };
      }
    },
  };
}

function statusExpectation(patterns: readonly string[] = [String(GRPC_OK)]): StatusExpectation {
  const expected = new Set(patterns.map(grpcStatusNumber));
  const texts = [...expected].map(statusText);
  return {
    expectsStatus: (status) => expected.has(status),
    expectedStatus: texts.length === 1 ? texts[0]! : `one of ${texts.join(', ')}`,
  };
}
