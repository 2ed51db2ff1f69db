import { API_VERSION, LOAD_TEST, SCHEDULED_LOAD_TEST } from '../../../api/common/group.ts';
import type { ScheduledLoadTestStatus } from '../../../api/scheduled/scheduled-loadtest.ts';
import type { LoadTestStatus } from '../../../api/status/loadtest-status.ts';
import { countsOf } from '../results/counts.ts';

export type Manifest = { apiVersion: string; kind: string; metadata: { name: string }; spec?: unknown };

/** A copy of `manifest` with fields set by their paths (`spec.load.open.stages[0].rate`); undefined removes one. */
export function withFields(manifest: Manifest, changes: Record<string, unknown>): Manifest {
  const copy = structuredClone(manifest);
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.match(/[^.[\]]+/g) ?? [];
    const last = steps.pop()!;
    let node = copy as unknown as Record<string, unknown>;
    for (const step of steps) {
      node[step] ??= {};
      node = node[step] as Record<string, unknown>;
    }
    if (value === undefined) delete node[last];
    else node[last] = value;
  }
  return copy;
}

const loadTest = (name: string, spec: unknown): Manifest => ({
  apiVersion: API_VERSION,
  kind: LOAD_TEST.kind,
  metadata: { name },
  spec,
});

const scheduledLoadTest = (name: string, spec: object): Manifest => ({
  apiVersion: API_VERSION,
  kind: SCHEDULED_LOAD_TEST.kind,
  metadata: { name },
  spec: { loadTestTemplate: { spec: SMALLEST }, ...spec },
});

const OPEN = { type: 'Open', open: { stages: [{ duration: '1m', rate: 100 }] } };
const SMALLEST = { target: { url: 'http://checkout' }, load: OPEN };

/** A LoadTest with most fields set, so that one change makes it wrong in one way. */
export const GOOD_LOAD_TEST = loadTest('checkout', {
  target: {
    url: 'http://checkout.shop.svc:8080/api',
    timeout: '2s',
    auth: { type: 'Basic', basic: { secretRef: { name: 'login' } } },
  },
  requests: [
    {
      name: 'create-order',
      weight: 3,
      method: 'POST',
      path: '/orders?dry=1',
      headers: [
        { name: 'X-Run', value: '${run}-${index}' },
        { name: 'X-Key', valueFrom: { secretKeyRef: { name: 'keys', key: 'api.key' } } },
      ],
      body: { type: 'JSON', json: { sku: 'a1', qty: 2, tags: ['x', null] } },
      expect: { status: ['2xx', '409'], bodyContains: 'ok' },
    },
    { name: 'list' },
  ],
  load: {
    type: 'Open',
    open: {
      startRate: 0,
      stages: [
        { duration: '1m', rate: 500 },
        { duration: '1h30m0.5s', rate: 0 },
      ],
      per: '1m',
      arrivals: 'Poisson',
      seed: 7,
      maxInFlight: 2000,
    },
  },
  runners: { replicas: 4, onLoss: 'Continue', readyTimeout: '90s', logSamples: true },
  thresholds: [
    { metric: 'responseTime.p99', max: '250ms' },
    { metric: 'errors', max: '0.5%' },
    { metric: 'rate', min: '480', max: '520.5' },
  ],
  ttlSecondsAfterFinished: 86400,
});

export const GOOD_SCHEDULED_LOAD_TEST = scheduledLoadTest('nightly', {
  schedule: '30 2 * * MON-FRI',
  timeZone: 'Europe/Zurich',
  startingDeadlineSeconds: 300,
  concurrencyPolicy: 'Forbid',
  releaseFrom: { matchLabels: { app: 'checkout' }, label: 'app.kubernetes.io/version', container: 'app' },
  loadTestTemplate: {
    metadata: { labels: { team: 'shop' }, annotations: { 'example.com/why': 'every night' } },
    spec: SMALLEST,
  },
});

const target = (url: string) => loadTest('target', { target: { url }, load: OPEN });
const requests = (...list: object[]) => loadTest('requests', { ...SMALLEST, requests: list });
const capacity = (fields: object) =>
  loadTest('capacity', { ...SMALLEST, load: { type: 'Capacity', capacity: fields } });
const closed = (fields: object) => loadTest('closed', { ...SMALLEST, load: { type: 'Closed', closed: fields } });
const template = (fields: object) => loadTest('template', { ...SMALLEST, runners: { template: fields } });
const schedule = (text: string) => scheduledLoadTest('schedule', { schedule: text });

/** Valid specs, each named after the feature that it shows. */
export const GOOD_SPECS: [what: string, manifest: Manifest][] = [
  ['a LoadTest with most fields', GOOD_LOAD_TEST],
  [
    'fields without a value, as in YAML with commented-out lines',
    loadTest('nulls', {
      target: { url: 'http://checkout', timeout: null, auth: null },
      requests: [{ name: 'a', method: null, weight: null, headers: null, expect: { status: null } }],
      load: {
        type: 'Open',
        open: { startRate: null, stages: [{ duration: '1m', rate: 100 }], per: null },
        closed: null,
      },
      runners: null,
      thresholds: null,
      suspend: null,
    }),
  ],
  [
    'a jump in the rate, a pause, and no graceful stop',
    loadTest('jump', {
      ...SMALLEST,
      load: {
        type: 'Open',
        open: {
          stages: [
            { duration: '1m', rate: 100 },
            { duration: '0s', rate: 0 },
            { duration: '1m', rate: 0 },
          ],
        },
        gracefulStop: '0s',
      },
    }),
  ],
  [
    'redirects to follow',
    loadTest('redirects', { target: { url: 'http://a', http: { maxRedirects: 20 } }, load: OPEN }),
  ],
  [
    'a proxy with a password, and a preflight request',
    loadTest('proxy', {
      target: {
        url: 'https://a',
        preflight: 'Request',
        http: {
          proxy: { url: 'http://[::1]:3128/', auth: { type: 'Basic', basic: { secretRef: { name: 'proxy' } } } },
        },
      },
      load: OPEN,
    }),
  ],
  [
    'HTTP/2 through a proxy from addresses of both families',
    loadTest('proxy2', {
      target: {
        url: 'http://a',
        http: { version: 'HTTP2', proxy: { url: 'http://proxy' }, localAddresses: ['10.0.0.1', '::1', 'fd00::7'] },
      },
      load: OPEN,
    }),
  ],
  [
    'a Unix socket',
    loadTest('socket', { target: { url: 'http://a', http: { unixSocket: '/run/a.sock' } }, load: OPEN }),
  ],
  ['users that start one after the other', closed({ users: 10, rampUp: '1m', duration: '5m' })],
  [
    'a script with values, for weighted and for sequential requests',
    loadTest('script', {
      ...SMALLEST,
      requestOrder: 'Sequential',
      requests: [{ name: 'a' }, { name: 'b' }],
      script: {
        configMapKeyRef: { name: 'hooks', key: 'hooks.js' },
        env: [
          { name: 'KEY_1', valueFrom: { secretKeyRef: { name: 'signing', key: 'key' } } },
          { name: '_who', value: 'me' },
        ],
      },
    }),
  ],
  [
    'variables in every text, and literal dollars',
    loadTest('templates', {
      ...SMALLEST,
      seed: 0,
      data: { from: { secretKeyRef: { name: 'users', key: 'users.csv' } }, format: 'CSV' },
      requests: [
        {
          name: 'a',
          method: 'POST',
          path: '/u/${data.user}?n=${random(1, 100)}&t=${now}&$=$${x}',
          headers: [{ name: 'X-Id', value: '${uuid} $5 ${runner}' }],
          body: { type: 'JSON', json: { '${run}': ['${data.user-id}', '$${not}', 1] } },
        },
        { name: 'b', method: 'POST', body: { type: 'Text', text: '$\n${index}$' } },
        { name: 'c', method: 'POST', body: { type: 'Form', form: [{ name: 'a', value: '${data.user}' }] } },
      ],
    }),
  ],
  [
    'sequential requests with a think time',
    loadTest('thinking', {
      ...SMALLEST,
      requestOrder: 'Sequential',
      requests: [{ name: 'a' }, { name: 'b', thinkTime: '1m30s' }, { name: 'c' }, { name: 'd', thinkTime: '0s' }],
    }),
  ],
  [
    'sequential requests with expectations and extracted values',
    loadTest('session', {
      ...SMALLEST,
      requestOrder: 'Sequential',
      requests: [
        {
          name: 'login',
          method: 'POST',
          expect: {
            status: ['2xx'],
            headers: [
              { name: 'Content-Type', matches: '^application/(?:json|[a-z.+]+)' },
              { name: 'X-A', value: '' },
            ],
            bodyMatches: '"ok": ?(true|1)\\b',
            json: [
              { pointer: '/items/0/a~1b', value: '3' },
              { pointer: '', value: 'x' },
            ],
            maxBodyBytes: 0,
            events: 100_000,
            eventsFor: '1s',
          },
          extract: [
            { name: 'token', jsonPointer: '/token' },
            { name: '_id-1', header: 'Location' },
            { name: 'csrf', regex: 'name="csrf" value="([^"]+)"' },
          ],
        },
        { name: 'buy', path: '/${session.csrf}/${session.token}' },
      ],
    }),
  ],
  [
    'a multipart body with a file, and a gzipped one',
    requests({
      name: 'a',
      method: 'POST',
      body: {
        type: 'Multipart',
        multipart: [
          { name: 'who', value: '${index}' },
          {
            name: 'photo',
            valueFrom: { configMapKeyRef: { name: 'files', key: 'p.jpg' } },
            filename: 'my photo.jpg',
            contentType: 'image/jpeg',
          },
        ],
        encoding: 'Gzip',
      },
    }),
  ],
  ['the smallest LoadTest', loadTest('smallest', SMALLEST)],
  ['a target with the highest port', target('https://a-b.example_c.com:65535/a/b%20c/~d')],
  ['a target with an absolute name', target('http://checkout.shop.svc.cluster.local.:8080/api')],
  ['a target with an IPv4 address', target('http://10.96.0.1:80/')],
  ['a target with an IPv6 address', target('http://[fd00::1]:8080/x')],
  ['a target with an IPv6 address that ends in zeros', target('http://[fd00::]:8080/x')],
  ['a target with an unabbreviated IPv6 address', target('http://[fd00:1:2:3:4:5:6:7]:8080/x')],
  [
    'TLS with all fields',
    loadTest('tls', {
      ...SMALLEST,
      target: {
        url: 'https://[::1]:8443/',
        tls: {
          caFrom: { configMapKeyRef: { name: 'trust', key: 'ca.crt' } },
          clientCertificateSecretRef: { name: 'client' },
          serverName: 'shop.test',
          minVersion: 'TLS1.0',
          insecureSkipVerify: true,
        },
      },
    }),
  ],
  ['an exclusive target', loadTest('exclusive', { ...SMALLEST, target: { url: 'http://a', exclusive: true } })],
  [
    'a preflight, and DNS resolution per connection',
    loadTest('preflight', { ...SMALLEST, target: { url: 'http://a', preflight: 'Connect', dns: 'PerConnection' } }),
  ],
  [
    'HTTP/1.1 with few connections',
    loadTest('few', { ...SMALLEST, target: { url: 'http://a', http: { connections: 2 } } }),
  ],
  [
    'HTTP/2 by node:http2',
    loadTest('node', { ...SMALLEST, target: { url: 'http://a', http: { version: 'HTTP2', transport: 'NodeHTTP2' } } }),
  ],
  [
    'HTTP/2 by the lean transport, named',
    loadTest('lean2', { ...SMALLEST, target: { url: 'http://a', http: { version: 'HTTP2', transport: 'Lean' } } }),
  ],
  [
    'HTTP/2 over several connections',
    loadTest('http2', { ...SMALLEST, target: { url: 'http://a', http: { version: 'HTTP2', connections: 8 } } }),
  ],
  [
    'gRPC calls of every kind of method',
    loadTest('grpc', {
      target: {
        url: 'http://a:50051',
        http: { version: 'HTTP2' },
        grpc: { schema: { type: 'Proto', proto: [{ configMapKeyRef: { name: 'protos', key: 'orders.proto' } }] } },
        auth: { type: 'Bearer', bearer: { secretKeyRef: { name: 'a', key: 'token' } } },
      },
      data: { from: { configMapKeyRef: { name: 'a', key: 'a.csv' } }, format: 'CSV' },
      requests: [
        {
          name: 'place',
          grpc: {
            service: 'shop.v1.Orders',
            method: 'Place',
            message: { id: '${index|json}', lines: [{ sku: '${data.sku}' }], total: '9007199254740993' },
            metadata: [
              { name: 'x-run', value: '${run}' },
              { name: 'x-key-bin', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
            ],
            encoding: 'Gzip',
          },
          expect: {
            grpcStatus: ['OK', '6'],
            headers: [{ name: 'x-a', value: 'b' }],
            bodyContains: 'id',
            json: [{ pointer: '/id', value: '1' }],
          },
        },
        {
          name: 'watch',
          grpc: { service: 'Watcher', method: 'Watch' },
          expect: { events: 10, eventsFor: '5s' },
        },
        { name: 'upload', grpc: { service: 'a.B', method: 'Up', messages: [{}, { a: null }] } },
      ],
      thresholds: [
        { metric: 'status.UNAVAILABLE', max: '1%' },
        { metric: 'errors.MessageTooLarge', max: '0%' },
        { metric: 'errors.RequestInvalid', max: '0%' },
      ],
      load: OPEN,
    }),
  ],
  [
    'gRPC with the schema by reflection',
    loadTest('reflection', {
      target: { url: 'http://a', http: { version: 'HTTP2' }, grpc: {} },
      requests: [{ name: 'a', grpc: { service: 'A', method: 'B' } }],
      load: OPEN,
    }),
  ],
  [
    'gRPC with a descriptor set and a limit for messages',
    loadTest('descriptors', {
      target: {
        url: 'https://a',
        http: { version: 'HTTP2' },
        grpc: {
          schema: { type: 'DescriptorSet', descriptorSet: { configMapKeyRef: { name: 'a', key: 'set' } } },
          maxMessageBytes: 65536,
        },
      },
      requests: [{ name: 'a', grpc: { service: 'A', method: 'B' } }],
      load: OPEN,
    }),
  ],
  [
    'connections of a limited age and number of requests',
    loadTest('ageing', {
      ...SMALLEST,
      target: {
        url: 'http://a',
        dns: 'PerConnection',
        http: { maxConnectionAge: '30s', maxRequestsPerConnection: 1000 },
      },
    }),
  ],
  [
    'traces with a template of their addresses',
    loadTest('traced', {
      ...SMALLEST,
      target: {
        url: 'http://a',
        tracing: { sampled: '0.5%', link: "https://grafana.test:3000/explore?left={'q':'{traceId}'}#x" },
      },
    }),
  ],
  ['traces', loadTest('traced', { ...SMALLEST, target: { url: 'http://a', tracing: {} } })],
  [
    'a connection per request',
    loadTest('close', { ...SMALLEST, target: { url: 'http://a', http: { keepAlive: false } } }),
  ],
  [
    'a chosen transport',
    loadTest('undici', { ...SMALLEST, target: { url: 'http://a', http: { transport: 'Undici' } } }),
  ],
  [
    'a bearer token',
    loadTest('bearer', {
      ...SMALLEST,
      target: { url: 'http://a', auth: { type: 'Bearer', bearer: { secretKeyRef: { name: 'a', key: 'token' } } } },
    }),
  ],
  [
    'a body that is a JSON list',
    requests({ name: 'a', method: 'PUT', body: { type: 'JSON', json: [1, 'two', { three: false }] } }),
  ],
  ['a body that is a JSON string', requests({ name: 'a', method: 'PUT', body: { type: 'JSON', json: 'plain' } })],
  [
    'a form with values from a Secret and a ConfigMap',
    requests({
      name: 'login',
      method: 'POST',
      body: {
        type: 'Form',
        form: [
          { name: 'user', value: '' },
          { name: 'password', valueFrom: { secretKeyRef: { name: 'a', key: 'password' } } },
          { name: 'realm', valueFrom: { configMapKeyRef: { name: 'b', key: 'realm' } } },
        ],
      },
    }),
  ],
  ['a body of text', requests({ name: 'a', method: 'PATCH', body: { type: 'Text', text: 'é\n' } })],
  [
    'a body from a ConfigMap',
    requests({ name: 'a', method: 'POST', body: { type: 'From', from: { configMapKeyRef: { name: 'a', key: 'b' } } } }),
  ],
  [
    'an explicit authorization header',
    requests({
      name: 'a',
      headers: [
        { name: 'Authorization', value: 'Key abc' },
        { name: 'Empty', value: '' },
      ],
    }),
  ],
  [
    'a request with a query only',
    requests({ name: 'a', path: '?q=%C3%BC&r=a/b:c' }, { name: 'b', method: 'HEAD', expect: { status: ['200'] } }),
  ],
  [
    'methods of other standards, and a GET with a body',
    requests(
      { name: 'a', method: 'PROPFIND', body: { type: 'Text', text: '<propfind/>' } },
      { name: 'b', method: 'M-SEARCH' },
      { name: 'c', method: 'PURGE' },
      { name: 'd', path: '/_search', body: { type: 'JSON', json: { query: { match_all: {} } } } },
    ),
  ],
  [
    'paths, numbers, methods and expected statuses from data',
    loadTest('raw', {
      ...SMALLEST,
      data: { from: { configMapKeyRef: { name: 'a', key: 'urls.csv' } }, format: 'CSV' },
      requests: [
        {
          name: 'a',
          method: 'POST',
          path: '${data.url|raw}',
          body: { type: 'JSON', json: { n: '${random(5,9)|json}', all: ['${data.n|json}'] } },
        },
        { name: 'b', path: '/${data.url|raw}?n=${index}' },
        { name: 'c', method: '${data.method}', expect: { status: ['304', '${data.status}'] } },
      ],
    }),
  ],
  ['a search for the capacity with its highest rate alone', capacity({ maxRate: 5000 })],
  [
    'a search for the capacity with every field',
    capacity({
      minRate: 100,
      maxRate: 10_000_000,
      precision: '2.5%',
      trialDuration: '10s',
      confirm: '0s',
      hold: '3m',
      deadline: '168h',
      atLeast: 10_000_000,
      arrivals: 'Poisson',
      seed: 7,
      maxInFlight: 500,
    }),
  ],
  ['a search for the capacity at a single rate', capacity({ minRate: 5, maxRate: 5, precision: '50%' })],
  ['a closed load with a number of iterations', closed({ users: 5, iterations: 1000 })],
  ['a closed load with a duration and think time', closed({ users: 5, thinkTime: '1.5s', duration: '168h' })],
  [
    'a start rate that falls to 0',
    loadTest('falling', {
      ...SMALLEST,
      load: { type: 'Open', open: { startRate: 9, stages: [{ duration: '1us', rate: 0 }] } },
    }),
  ],
  ['a baseline', loadTest('compared', { ...SMALLEST, compareWith: { name: 'checkout-v41' } })],
  [
    'a baseline with a limit',
    loadTest('compared', {
      ...SMALLEST,
      compareWith: { name: 'checkout-v41', maxRegression: '2.5%', metrics: ['responseTime.p50', 'errors'] },
    }),
  ],
  ['a previous run as the baseline', loadTest('compared', { ...SMALLEST, compareWith: { previous: 'LastPassed' } })],
  ['a release', loadTest('released', { ...SMALLEST, release: 'registry.example.com/shop/checkout:v42' })],
  ['an empty list of thresholds', loadTest('none', { ...SMALLEST, thresholds: [] })],
  [
    'thresholds for shares, for a status, for one request, and one that aborts',
    loadTest('shares', {
      ...SMALLEST,
      thresholds: [
        ...['errors', 'timeout', 'failed', 'dropped', 'unexpected'].map((metric) => ({ metric, max: '0.5%' })),
        { metric: 'status.5xx', max: '1%' },
        { metric: 'status.200', min: '99%' },
        { metric: 'status.5xx', max: '0%', request: 'default' },
        { metric: 'errors.ConnectionReset', max: '0%', request: 'default', abort: true },
        { metric: 'errors.TimedOutWaiting', max: '0%' },
        { metric: 'errors.FileDescriptorsExhausted', max: '0%', abort: true },
        { metric: 'responseTime.p99', max: '1s', request: 'default', abort: true, after: '30s' },
        { metric: 'rate', min: '95%', max: '100.5%', abort: true },
        { metric: 'rate', min: '1', request: 'default' },
      ],
    }),
  ],
  [
    'a threshold for every kind of time',
    loadTest('times', {
      ...SMALLEST,
      thresholds: ['min', 'mean', 'max', 'p5', 'p50', 'p995', 'p9999'].map((m) => ({
        metric: `serviceTime.${m}`,
        max: '1m',
      })),
    }),
  ],
  ['a suspended test', loadTest('suspended', { ...SMALLEST, suspend: true })],
  [
    'a pod template with all fields',
    template({
      labels: { team: 'shop', 'example.com/empty': '' },
      annotations: { 'sidecar.istio.io/inject': 'false' },
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }], matchFields: [] },
              { matchExpressions: [{ key: 'cores', operator: 'Gt', values: ['7'] }] },
            ],
          },
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 100, preference: { matchExpressions: [{ key: 'spot', operator: 'DoesNotExist' }] } },
          ],
        },
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'shop' } }, namespaces: ['shop'] },
          ],
        },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 1,
              podAffinityTerm: {
                topologyKey: 'kubernetes.io/hostname',
                labelSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
                namespaceSelector: {},
                matchLabelKeys: ['a'],
                mismatchLabelKeys: ['b'],
              },
            },
          ],
        },
      },
      tolerations: [
        { operator: 'Exists' },
        { key: 'load', value: 'yes', effect: 'NoSchedule' },
        { key: 'gone', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 },
      ],
      topologySpreadConstraints: [
        {
          ...{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', minDomains: 2 },
          ...{ nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore', matchLabelKeys: ['app'] },
          labelSelector: { matchLabels: { app: 'shop' } },
        },
      ],
      priorityClassName: 'low',
      serviceAccountName: 'load',
      imagePullSecrets: [{ name: 'a' }, { name: 'b' }],
      resources: {
        requests: { cpu: '500m', memory: '64Mi', 'hugepages-2Mi': '4Mi' },
        limits: { cpu: '0.5', memory: '1G', 'hugepages-2Mi': '4Mi', 'example.com/nic': '1' },
      },
      env: [
        { name: 'TZ', value: 'UTC' },
        { name: 'EMPTY' },
        { name: 'node.name', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName', apiVersion: 'v1' } } },
        {
          name: 'CPU',
          valueFrom: { resourceFieldRef: { resource: 'limits.cpu', containerName: 'runner', divisor: '1m' } },
        },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'a', optional: true } } },
        { name: 'NAME', valueFrom: { configMapKeyRef: { name: 'names', key: 'a' } } },
      ],
      envFrom: [{ prefix: 'A_', secretRef: { name: 'keys' } }, { configMapRef: { name: 'names', optional: true } }],
      volumes: [
        { name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
        { name: 'plain', emptyDir: {} },
        {
          name: 'ca',
          configMap: { name: 'ca', items: [{ key: 'ca.crt', path: 'certs/ca.crt', mode: 292 }], defaultMode: 420 },
        },
        { name: 'keys', secret: { secretName: 'keys', optional: true } },
        { name: 'claim', persistentVolumeClaim: { claimName: 'data', readOnly: true } },
        { name: 'me', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
        {
          name: 'mixed',
          projected: {
            defaultMode: 256,
            sources: [
              { configMap: { name: 'ca' } },
              { secret: { name: 'keys', items: [{ key: 'a', path: '.a' }] } },
              {
                downwardAPI: {
                  items: [{ path: 'cpu', resourceFieldRef: { resource: 'limits.cpu', containerName: 'runner' } }],
                },
              },
            ],
          },
        },
        { name: 'node', hostPath: { path: '/var/log', type: 'Directory' } },
        { name: 'store', csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true, volumeAttributes: { a: 'b' } } },
      ],
      volumeMounts: [
        { name: 'scratch', mountPath: '/tmp' },
        { name: 'ca', mountPath: '/etc/ssl/certs/own.crt', subPath: 'certs/ca.crt', readOnly: true },
      ],
      initContainers: [
        {
          name: 'fetch',
          ...{
            image: 'example.com/fetch:1',
            imagePullPolicy: 'Always',
            command: ['fetch'],
            args: ['-v'],
            workingDir: '/tmp',
          },
          env: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=64' }],
          envFrom: [{ secretRef: { name: 'keys' } }],
          resources: { limits: { memory: '64Mi' } },
          volumeMounts: [{ name: 'scratch', mountPath: '/app' }],
          securityContext: { runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
      sidecars: [
        {
          ...{ name: 'proxy', image: 'example.com/proxy:1' },
          ports: [{ name: 'http', containerPort: 3128, protocol: 'TCP' }],
          startupProbe: { tcpSocket: { port: 3128 }, periodSeconds: 1, failureThreshold: 30 },
          readinessProbe: { httpGet: { path: '/ready', port: 3128, scheme: 'HTTP' }, initialDelaySeconds: 0 },
          livenessProbe: { exec: { command: ['true'] }, timeoutSeconds: 2, successThreshold: 1 },
        },
        { name: 'other', image: 'b', livenessProbe: { grpc: { port: 9000, service: 'a' } } },
      ],
      securityContext: {
        ...{
          runAsUser: 1000,
          runAsGroup: 1000,
          runAsNonRoot: true,
          fsGroup: 2000,
          fsGroupChangePolicy: 'OnRootMismatch',
        },
        ...{ supplementalGroups: [3000], seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } },
        ...{ seLinuxOptions: { level: 's0:c1,c2', type: 'container_t' }, appArmorProfile: { type: 'RuntimeDefault' } },
      },
      containerSecurityContext: {
        ...{ privileged: false, allowPrivilegeEscalation: false, readOnlyRootFilesystem: false },
        capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
      },
      ...{
        schedulerName: 'volcano',
        runtimeClassName: 'gvisor',
        hostNetwork: true,
        dnsPolicy: 'ClusterFirstWithHostNet',
      },
      hostAliases: [{ ip: '10.0.0.7', hostnames: ['shop', 'shop.example.com'] }],
      dnsConfig: {
        nameservers: ['10.0.0.10'],
        searches: ['shop.svc'],
        options: [{ name: 'ndots', value: '1' }, { name: 'edns0' }],
      },
      terminationGracePeriodSeconds: 30,
    }),
  ],
  ['a ScheduledLoadTest with most fields', GOOD_SCHEDULED_LOAD_TEST],
  ['a macro as the schedule', schedule('@hourly')],
  ['lists, steps and ranges in the schedule', schedule('0,30 */6,1-5/2 1-15,31 jan,Mar-MAY 0-7')],
  ['days that some month of the schedule has', schedule('0 0 29 2 *')],
  ['a day of the week instead of a day that never comes', schedule('0 0 31 2 MON')],
  ['months of which one has the day', schedule('0 0 31 2,3 *')],
  ['a schedule padded with zeros and blanks', schedule('05  00 ? 01 ?')],
  [
    'a time zone of three parts',
    scheduledLoadTest('zone', { schedule: '@daily', timeZone: 'America/Argentina/Buenos_Aires' }),
  ],
  ['a time zone that is an offset by name', scheduledLoadTest('zone', { schedule: '@daily', timeZone: 'Etc/GMT+5' })],
];

const COUNTS = countsOf({ generated: 30000, made: 30000, done: 29990, timeout: 6, failed: 4 });
const TIMES = {
  min: '2ms',
  mean: '12.4ms',
  p50: '9.1ms',
  p90: '21ms',
  p95: '30ms',
  p99: '88ms',
  p999: '210ms',
  max: '600ms',
};
const AT = '2026-05-25T02:30:00Z';

const LOAD_TEST_STATUS: LoadTestStatus = {
  observedGeneration: 1,
  conditions: [
    {
      type: 'Complete',
      status: 'True',
      observedGeneration: 1,
      lastTransitionTime: AT,
      reason: 'Finished',
      message: 'the load ended',
    },
    {
      type: 'Passed',
      status: 'True',
      observedGeneration: 1,
      lastTransitionTime: AT,
      reason: 'ThresholdsMet',
      message: '',
    },
  ],
  startTime: AT,
  loadStartTime: AT,
  loadEndTime: AT,
  completionTime: AT,
  runners: { desired: 4, ready: 4, succeeded: 4, lost: 0 },
  counts: COUNTS,
  rate: { target: '500', achieved: '499.8' },
  errorShare: '0.033%',
  responseTime: TIMES,
  serviceTime: TIMES,
  requests: [{ name: 'create-order', counts: COUNTS, responseTime: TIMES, serviceTime: TIMES }],
  responses: [{ status: 200, count: 29990 }],
  unexpected: [{ request: 'list', status: 503, body: 'no *** today' }],
  errors: [{ kind: 'ConnectionRefused', count: 4, example: 'connect ECONNREFUSED 10.0.0.1:80' }],
  thresholds: [{ metric: 'responseTime.p99', max: '250ms', observed: '88ms', passed: true }],
  capacity: {
    rate: 1788.2,
    low: 1790,
    high: 1880,
    regular: true,
    reason: 'Found',
    limitedBy: { metric: 'responseTime.p99', request: 'list' },
    boundary: 'Smooth',
    inversions: 0,
    beforeHold: 800,
    expected: { trials: 1, seconds: 60 },
    trial: { number: 2, purpose: 'Confirm', rate: 1790, seconds: 60, startTime: AT },
    trials: [
      { number: 0, purpose: 'WarmUp', rate: 50, seconds: 5, achieved: 50, good: true },
      {
        number: 1,
        purpose: 'Climb',
        rate: 1880,
        seconds: 5,
        lasted: 2.1,
        achieved: 1879.4,
        good: false,
        by: [{ metric: 'responseTime.p99', request: 'list' }],
        generator: { reason: 'PacingLag', message: 'requests were sent late (pacing lag p99 12ms)' },
        observed: ['0.31s', '0%'],
        errors: '0%',
        p50: '10ms',
        p95: '90ms',
        p99: '310ms',
      },
    ],
  },
  comparison: {
    baseline: 'checkout-v41',
    maxRegression: '10%',
    result: 'Unchanged',
    message: 'unchanged from checkout-v41',
    metrics: [
      {
        metric: 'responseTime.p99',
        baseline: '87ms',
        observed: '88ms',
        change: '+1.1%',
        range: '-3% to +4.2%',
        result: 'Unchanged',
      },
    ],
  },
  windows: {
    end: '1000 2000',
    ended: '500 500',
    done: '500 499',
    errors: '0 1',
    p50: '9100 9200',
    p95: '30000 31000',
    p99: '88000 87000',
    timed: '500 500',
    above50: '251 250',
    above95: '25 26',
    above99: '6 5',
    quantiles: '8000 9100 31000',
  },
  generator: {
    saturated: false,
    pacingLagP99: '300us',
    cpu: '41%',
    throttled: '3%',
    gcPauseMax: '3.1ms',
    gcShare: '0.4%',
  },
};

const SCHEDULED_LOAD_TEST_STATUS: ScheduledLoadTestStatus = {
  observedGeneration: 1,
  conditions: [
    { type: 'Accepted', status: 'True', reason: 'Accepted', message: '', lastTransitionTime: AT },
    { type: 'Regressed', status: 'False', reason: 'Unchanged', message: '', lastTransitionTime: AT },
  ],
  active: [{ name: 'nightly-29661750', uid: 'f3b5c6f0-0000-4000-8000-000000000000' }],
  activeNames: 'nightly-29661750',
  nextScheduleTime: AT,
  lastScheduleTime: AT,
  lastSkippedTime: AT,
  lastSuccessfulTime: AT,
  lastTrigger: 'deploy-42',
  history: [
    {
      ...{ name: 'nightly-29660310', passed: 'True', reason: 'Unchanged', completionTime: AT, release: 'v42' },
      ...{ rate: '499.8', p99: '88ms', p99Range: { low: '85ms', high: '91ms' } },
      capacity: { rate: 1830, low: 1790, high: 1880, regular: true, reason: 'Found' },
      comparison: { baseline: 'nightly-29658870', result: 'Unchanged', message: 'unchanged from nightly-29658870' },
    },
  ],
};

/** A status of each kind with every field that the operator writes. */
export const FULL_STATUS: [manifest: Manifest, status: LoadTestStatus | ScheduledLoadTestStatus][] = [
  [GOOD_LOAD_TEST, LOAD_TEST_STATUS],
  [GOOD_SCHEDULED_LOAD_TEST, SCHEDULED_LOAD_TEST_STATUS],
];
