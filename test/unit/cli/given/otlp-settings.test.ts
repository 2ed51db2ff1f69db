import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { otlpSettings } from '../../../../cli/given/otlp-settings.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

const CASES: [string, string | undefined, Record<string, string>, ReturnType<typeof otlpSettings>][] = [
  ['neither the option nor the environment names an endpoint', undefined, {}, { notes: [] }],
  [
    '--otlp is the endpoint',
    'http://a:1',
    ENDPOINT,
    { settings: { endpoint: 'http://a:1', everyMs: 10_000 }, notes: [] },
  ],
  ['the environment names the endpoint', undefined, ENDPOINT, { settings: { everyMs: 10_000 }, notes: [] }],
  [
    'the endpoint may be that of metrics alone',
    undefined,
    { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318/v1/metrics' },
    { settings: { everyMs: 10_000 }, notes: [] },
  ],
  ['an empty variable is an absent one', undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, { notes: [] }],
  ['the environment turns OpenTelemetry off', undefined, { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }, { notes: [] }],
  ['the environment turns metrics off', undefined, { ...ENDPOINT, OTEL_METRICS_EXPORTER: 'none' }, { notes: [] }],
  [
    'the environment sets the interval',
    'http://a:1',
    { OTEL_METRIC_EXPORT_INTERVAL: '2500' },
    { settings: { endpoint: 'http://a:1', everyMs: 2500 }, notes: [] },
  ],
  [
    'an endpoint of another protocol is not used',
    undefined,
    { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { notes: ['no metrics are pushed: OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and only http/protobuf is supported'] },
  ],
  [
    'a wrong endpoint names its variable',
    undefined,
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
    { problems: ['OTEL_EXPORTER_OTLP_ENDPOINT must be a URL of http or https'] },
  ],
  [
    'a wrong interval names its variable',
    'http://a:1',
    { OTEL_METRIC_EXPORT_INTERVAL: '10s' },
    { problems: ['OTEL_METRIC_EXPORT_INTERVAL must be a number of milliseconds'] },
  ],
];

describe('the push of a local run', () => {
  for (const [name, option, env, expected] of CASES)
    it(name, () => assert.deepEqual(otlpSettings(option, env), expected));
});
