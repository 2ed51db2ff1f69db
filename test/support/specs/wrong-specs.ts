import { GOOD_LOAD_TEST, GOOD_SCHEDULED_LOAD_TEST, type Manifest, withFields } from './good-specs.ts';

/** An invalid spec with the field that every message names. */
export interface WrongSpec {
  /** The mistake, as the object of the sentence "rejects …". */
  what: string;
  manifest: Manifest;
  path: string;
  /** A part of the message from `loadtest validate`. */
  message: string;
  /** A part of the API server's message: the same for a CEL rule, its own text for a type or a limit. */
  serverMessage: string;
}

type Messages = string | [ours: string, servers: string];

const wrong =
  (good: Manifest) =>
  (what: string, changes: Record<string, unknown>, path: string, messages: Messages): WrongSpec => {
    const [ours, servers] = typeof messages === 'string' ? [messages, messages] : messages;
    return { what, manifest: withFields(good, changes), path, message: ours, serverMessage: servers };
  };

const test = wrong(GOOD_LOAD_TEST);
const scheduled = wrong(GOOD_SCHEDULED_LOAD_TEST);

const REQUIRED: Messages = ['is required', 'Required value'];
const UNKNOWN: Messages = ['unknown field', 'unknown field'];
const FORM: Messages = ['must be', 'should match'];
/** A URL has a message for each part. */
const URL_FORM: Messages = ['must ', 'should match'];
const atLeast = (limit: number): Messages => [`at least ${limit}`, `should be greater than or equal to ${limit}`];
const atMost = (limit: number): Messages => [`at most ${limit}`, `should be less than or equal to ${limit}`];
const oneOf = (...values: string[]): Messages => [values.map((v) => `"${v}"`).join(' or '), 'supported values'];

const GRPC = { schema: { type: 'Proto', proto: [{ configMapKeyRef: { name: 'a', key: 'a.proto' } }] } };
const grpcCall = (request: object, target: object = {}, call: object = {}) => ({
  'spec.target': { url: 'http://a', http: { version: 'HTTP2' }, grpc: GRPC, ...target },
  'spec.requests': [{ name: 'a', grpc: { service: 'a.B', method: 'C', ...call }, ...request }],
});
const closed = (users: unknown, rest: object) => ({ 'spec.load': { type: 'Closed', closed: { users, ...rest } } });
const capacity = (fields: object) => ({
  'spec.load': { type: 'Capacity', capacity: { maxRate: 5000, ...fields } },
  'spec.thresholds': undefined,
});
const http = (fields: object) => ({ 'spec.target.http': fields });
const threshold = (line: object) => ({ 'spec.thresholds': [line] });
const body = (value: object) => ({ 'spec.requests[0].body': value });
const script = (env: object[]) => ({ 'spec.script': { configMapKeyRef: { name: 'a', key: 'b.js' }, env } });
const template = (value: object) => ({ 'spec.runners.template': value });

export const WRONG_LOAD_TESTS: WrongSpec[] = [
  test('a name that is too long for a label', { 'metadata.name': 'a'.repeat(64) }, 'metadata.name', [
    'at most 63 characters',
    'Too long',
  ]),
  test('no spec', { spec: undefined }, 'spec', REQUIRED),
  test('a field that does not exist', { 'spec.taget': {} }, 'spec.taget', UNKNOWN),
  test(
    'an unknown field deep in a list',
    { 'spec.load.open.stages[0].ramp': true },
    'spec.load.open.stages[0].ramp',
    UNKNOWN,
  ),

  test('no target', { 'spec.target': undefined }, 'spec.target', REQUIRED),
  test('a target without URL', { 'spec.target.url': undefined }, 'spec.target.url', REQUIRED),
  test('a URL with a scheme other than http', { 'spec.target.url': 'ftp://a/' }, 'spec.target.url', URL_FORM),
  test('a URL with a user', { 'spec.target.url': 'http://me:pw@a/' }, 'spec.target.url', URL_FORM),
  test('a URL with a variable', { 'spec.target.url': 'http://a/${run}' }, 'spec.target.url', URL_FORM),
  test('a URL with a variable behind a dollar', { 'spec.target.url': 'http://a/$${run}' }, 'spec.target.url', URL_FORM),
  test('a URL with a query', { 'spec.target.url': 'http://a/?q=1' }, 'spec.target.url', URL_FORM),
  test('a URL with a broken percent escape', { 'spec.target.url': 'http://a/%zz' }, 'spec.target.url', URL_FORM),
  test(
    'a URL with a port above 65535',
    { 'spec.target.url': 'http://a:65536/' },
    'spec.target.url',
    'port from 1 to 65535',
  ),
  test('a URL with port 0', { 'spec.target.url': 'http://a:0' }, 'spec.target.url', 'port from 1 to 65535'),
  test(
    'a URL with a broken IPv4 address',
    { 'spec.target.url': 'http://10.0.0.256:80/' },
    'spec.target.url',
    'a name or an IP',
  ),
  test(
    'a URL with a dot behind an IPv4 address',
    { 'spec.target.url': 'http://10.0.0.1.:80/' },
    'spec.target.url',
    'a name or an IP',
  ),
  test('a URL with two dots behind its host', { 'spec.target.url': 'http://a..:80/' }, 'spec.target.url', URL_FORM),
  test(
    'a URL with a broken IPv6 address',
    { 'spec.target.url': 'http://[1::2::3]/' },
    'spec.target.url',
    'a name or an IP',
  ),
  test('a timeout that is not a duration', { 'spec.target.timeout': '10 seconds' }, 'spec.target.timeout', FORM),
  test('a timeout finer than a microsecond', { 'spec.target.timeout': '0.5us' }, 'spec.target.timeout', FORM),
  test('a timeout of 0', { 'spec.target.timeout': '0s' }, 'spec.target.timeout', 'above 0s and at most 1h'),
  test('a timeout above an hour', { 'spec.target.timeout': '61m' }, 'spec.target.timeout', 'above 0s and at most 1h'),
  test(
    'an unknown authentication',
    { 'spec.target.auth': { type: 'Digest' } },
    'spec.target.auth.type',
    oneOf('Basic', 'Bearer'),
  ),
  test(
    'Basic without its Secret',
    { 'spec.target.auth': { type: 'Basic' } },
    'spec.target.auth.basic',
    'when type is Basic',
  ),
  test(
    'Basic with a bearer token',
    { 'spec.target.auth.bearer': { secretKeyRef: { name: 'a', key: 'token' } } },
    'spec.target.auth.bearer',
    'when type is Bearer',
  ),
  test(
    'a Secret name with capitals',
    { 'spec.target.auth.basic.secretRef.name': 'Login' },
    'spec.target.auth.basic.secretRef.name',
    FORM,
  ),
  test(
    'authentication and a header that also sets it',
    { 'spec.requests[0].headers': [{ name: 'AUTHORIZATION', value: 'x' }] },
    'spec.target.auth',
    'already sets the header',
  ),

  test('TLS for an http target', { 'spec.target.tls': {} }, 'spec.target.tls', 'only an https target has TLS'),
  test(
    'an authority without a source',
    { 'spec.target.url': 'https://a/', 'spec.target.tls': { caFrom: {} } },
    'spec.target.tls.caFrom',
    'exactly one of',
  ),
  test(
    'an invalid server name',
    { 'spec.target.url': 'https://a/', 'spec.target.tls': { serverName: 'a b' } },
    'spec.target.tls.serverName',
    FORM,
  ),
  test(
    'an address as the server name',
    { 'spec.target.url': 'https://a/', 'spec.target.tls': { serverName: '127.0.0.1' } },
    'spec.target.tls.serverName',
    'must be a host name and no address',
  ),
  test(
    'an unknown version of TLS',
    { 'spec.target.url': 'https://a/', 'spec.target.tls': { minVersion: 'SSL3' } },
    'spec.target.tls.minVersion',
    oneOf('TLS1.0', 'TLS1.1', 'TLS1.2', 'TLS1.3'),
  ),
  test('an unknown DNS policy', { 'spec.target.dns': 'Never' }, 'spec.target.dns', oneOf('Once', 'PerConnection')),
  test('exclusive that is not a boolean', { 'spec.target.exclusive': 'Yes' }, 'spec.target.exclusive', [
    'must be true or false',
    'must be of type boolean',
  ]),
  test(
    'an IPv4-mapped IPv6 address',
    { 'spec.target.url': 'http://[::ffff:a9fe:a9fe]' },
    'spec.target.url',
    'must have a host that is a name or an IP address',
  ),
  test(
    'an unknown preflight',
    { 'spec.target.preflight': 'Ping' },
    'spec.target.preflight',
    oneOf('None', 'Connect', 'Request'),
  ),
  test('an unknown version of HTTP', { 'spec.target.http': { version: 'HTTP3' } }, 'spec.target.http.version', [
    '"HTTP1" or "HTTP2"',
    'supported values',
  ]),
  test(
    'zero connections',
    { 'spec.target.http': { version: 'HTTP2', connections: 0 } },
    'spec.target.http.connections',
    atLeast(1),
  ),
  test(
    'a connection per request with HTTP/2',
    { 'spec.target.http': { version: 'HTTP2', keepAlive: false } },
    'spec.target.http.keepAlive',
    'only when version is HTTP1',
  ),
  test(
    'more than all traces',
    { 'spec.target.tracing': { sampled: '101%' } },
    'spec.target.tracing.sampled',
    'must be at most 100%',
  ),
  test(
    'a link to traces without the place of the identifier',
    { 'spec.target.tracing': { link: 'https://tempo.test/trace/' } },
    'spec.target.tracing.link',
    FORM,
  ),
  test(
    'a link to traces that is no URL of the web',
    { 'spec.target.tracing': { link: 'javascript://x/{traceId}' } },
    'spec.target.tracing.link',
    FORM,
  ),
  test(
    'an age of connections that carry one request',
    { 'spec.target.http': { keepAlive: false, maxConnectionAge: '30s' } },
    'spec.target.http.maxConnectionAge',
    'cannot be set with keepAlive false',
  ),
  test(
    'a number of requests for connections that carry one',
    { 'spec.target.http': { keepAlive: false, maxRequestsPerConnection: 10 } },
    'spec.target.http.maxRequestsPerConnection',
    'cannot be set with keepAlive false',
  ),
  test(
    'connections of no age',
    { 'spec.target.http.maxConnectionAge': '0s' },
    'spec.target.http.maxConnectionAge',
    'must be above 0s',
  ),
  test(
    'connections without a request',
    { 'spec.target.http.maxRequestsPerConnection': 0 },
    'spec.target.http.maxRequestsPerConnection',
    atLeast(1),
  ),
  test(
    'the reference of HTTP/1.1 for HTTP/2',
    { 'spec.target.http': { version: 'HTTP2', transport: 'Undici' } },
    'spec.target.http.transport',
    'only when version is HTTP1',
  ),
  test(
    'the reference of HTTP/2 for HTTP/1.1',
    { 'spec.target.http': { transport: 'NodeHTTP2' } },
    'spec.target.http.transport',
    'only when it is HTTP2',
  ),

  test('an https proxy', http({ proxy: { url: 'https://proxy:3128' } }), 'spec.target.http.proxy.url', FORM),
  test('a proxy with a path', http({ proxy: { url: 'http://proxy:3128/x' } }), 'spec.target.http.proxy.url', FORM),
  test(
    'a proxy with a port above 65535',
    http({ proxy: { url: 'http://proxy:65536' } }),
    'spec.target.http.proxy.url',
    'port from 1 to 65535',
  ),
  test(
    'a proxy with an invalid address',
    http({ proxy: { url: 'http://10.0.0.256:80' } }),
    'spec.target.http.proxy.url',
    'a name or an IP address',
  ),
  test(
    'proxy authentication without credentials',
    http({ proxy: { url: 'http://proxy', auth: { type: 'Basic' } } }),
    'spec.target.http.proxy.auth.basic',
    'must be set when type is Basic',
  ),
  test('a Unix socket with a relative path', http({ unixSocket: 'run/x' }), 'spec.target.http.unixSocket', FORM),
  test(
    'a Unix socket behind a proxy',
    http({ unixSocket: '/run/x', proxy: { url: 'http://proxy' } }),
    'spec.target.http.unixSocket',
    'has no proxy and no local address',
  ),
  test(
    'a Unix socket from a local address',
    http({ unixSocket: '/run/x', localAddresses: ['10.0.0.1'] }),
    'spec.target.http.unixSocket',
    'has no proxy and no local address',
  ),
  test('no local addresses', http({ localAddresses: [] }), 'spec.target.http.localAddresses', [
    'at least 1',
    'at least 1',
  ]),
  test(
    'a local address that is a name',
    http({ localAddresses: ['10.0.0.1', 'eth0'] }),
    'spec.target.http.localAddresses[1]',
    FORM,
  ),
  test(
    'an invalid local address',
    http({ localAddresses: ['10.0.0.256'] }),
    'spec.target.http.localAddresses[0]',
    'must be an IP address',
  ),
  test(
    'an IPv6 source address for an IPv4 target',
    { 'spec.target': { url: 'http://10.0.0.9:80/a', http: { localAddresses: ['10.0.0.1', '::1'] } } },
    'spec.target.http.localAddresses',
    'connections to an IPv4 address come from IPv4 addresses',
  ),
  test(
    'an IPv4 source address for an IPv6 target',
    { 'spec.target': { url: 'http://[::1]/a', http: { localAddresses: ['10.0.0.1'] } } },
    'spec.target.http.localAddresses',
    'connections to an IPv6 address come from IPv6 addresses',
  ),
  test(
    'an IPv4 source address for an IPv6 proxy',
    {
      'spec.target': {
        url: 'http://10.0.0.9',
        http: { proxy: { url: 'http://[fd00::9]:3128' }, localAddresses: ['10.0.0.1'] },
      },
    },
    'spec.target.http.localAddresses',
    'connections to an IPv6 address come from IPv6 addresses',
  ),
  test(
    'more than 20 redirects',
    { 'spec.target.http': { maxRedirects: 21 } },
    'spec.target.http.maxRedirects',
    atMost(20),
  ),
  test(
    'a negative number of redirects',
    { 'spec.target.http': { maxRedirects: -1 } },
    'spec.target.http.maxRedirects',
    atLeast(0),
  ),

  test(
    'gRPC calls without target.grpc',
    grpcCall({}, { grpc: undefined }),
    'spec.target.grpc',
    'must be set for gRPC calls',
  ),
  test(
    'gRPC over HTTP/1.1',
    grpcCall({}, { http: { version: 'HTTP1' } }),
    'spec.target.http',
    'must have version HTTP2',
  ),
  test(
    'gRPC with redirects',
    grpcCall({}, { http: { version: 'HTTP2', maxRedirects: 1 } }),
    'spec.target.http',
    'no maxRedirects',
  ),
  test(
    'gRPC with a script',
    { ...grpcCall({}), 'spec.script': { configMapKeyRef: { name: 'a', key: 'a.js' } } },
    'spec.script',
    'is not possible for gRPC calls',
  ),
  test('a gRPC call with a path', grpcCall({ path: '/a' }), 'spec.requests[0].path', 'fields of its own in grpc'),
  test(
    'a gRPC call with a method of HTTP',
    grpcCall({ method: 'POST' }),
    'spec.requests[0].method',
    'no method of HTTP',
  ),
  test(
    'a gRPC call with a status of HTTP',
    grpcCall({ expect: { status: ['200'] } }),
    'spec.requests[0].expect',
    'has expect.grpcStatus instead',
  ),
  test(
    'a status of gRPC for HTTP',
    { 'spec.requests[0].expect': { grpcStatus: ['OK'] } },
    'spec.requests[0].expect.grpcStatus',
    'only a gRPC call',
  ),
  test(
    'an unknown status of gRPC',
    grpcCall({ expect: { grpcStatus: ['17'] } }),
    'spec.requests[0].expect.grpcStatus[0]',
    FORM,
  ),
  test('a service with a slash', grpcCall({}, {}, { service: 'a/B' }), 'spec.requests[0].grpc.service', FORM),
  test(
    'a message and messages',
    grpcCall({}, {}, { message: {}, messages: [{}] }),
    'spec.requests[0].grpc.messages',
    'only one of message and messages',
  ),
  test('a message that is text', grpcCall({}, {}, { message: 'a' }), 'spec.requests[0].grpc.message', [
    'must be an object',
    'must be of type object',
  ]),
  test(
    'metadata that gRPC sets itself',
    grpcCall({}, {}, { metadata: [{ name: 'grpc-timeout', value: '1S' }] }),
    'spec.requests[0].grpc.metadata[0].name',
    'sets itself',
  ),
  test(
    'metadata in capitals',
    grpcCall({}, {}, { metadata: [{ name: 'X-A', value: 'a' }] }),
    'spec.requests[0].grpc.metadata[0].name',
    FORM,
  ),
  test(
    'a descriptor set where .proto files are named',
    grpcCall({}, { grpc: { schema: { ...GRPC.schema, descriptorSet: { configMapKeyRef: { name: 'a', key: 'b' } } } } }),
    'spec.target.grpc.schema.descriptorSet',
    'must be set when type is DescriptorSet',
  ),

  test('an empty list of requests', { 'spec.requests': [] }, 'spec.requests', ['at least 1 entry', 'at least 1 items']),
  test('a request without a name', { 'spec.requests': [{}] }, 'spec.requests[0].name', REQUIRED),
  test('a request name with a space', { 'spec.requests[0].name': 'create order' }, 'spec.requests[0].name', FORM),
  test('two requests with the same name', { 'spec.requests': [{ name: 'a' }, { name: 'a' }] }, 'spec.requests[1]', [
    'the same name',
    'Duplicate value',
  ]),
  test('a weight of 0', { 'spec.requests[0].weight': 0 }, 'spec.requests[0].weight', atLeast(1)),
  test('a fractional weight', { 'spec.requests[0].weight': 1.5 }, 'spec.requests[0].weight', [
    'a whole number',
    'must be of type integer',
  ]),
  test('a method in lower case', { 'spec.requests[0].method': 'post' }, 'spec.requests[0].method', FORM),
  test('a method of two words', { 'spec.requests[0].method': 'GET /' }, 'spec.requests[0].method', FORM),
  test(
    'the method CONNECT',
    { 'spec.requests[0].method': 'CONNECT' },
    'spec.requests[0].method',
    'must not be CONNECT or TRACE',
  ),
  test(
    'the method TRACE',
    { 'spec.requests[0].method': 'TRACE' },
    'spec.requests[0].method',
    'must not be CONNECT or TRACE',
  ),
  test('a method that is too long', { 'spec.requests[0].method': 'A'.repeat(33) }, 'spec.requests[0].method', [
    'at most 32 characters',
    'should match',
  ]),
  ...['${data.}', 'P${data.method}', '${index}', '${session.method}'].map((method) =>
    test(`the method ${method}`, { 'spec.requests[0].method': method }, 'spec.requests[0].method', [
      'or a column such as ${data.method}',
      'should match',
    ]),
  ),
  test(
    'an expected status of a column and more',
    { 'spec.requests[0].expect': { status: ['${data.status}0'] } },
    'spec.requests[0].expect.status[0]',
    ['or a column such as ${data.status}', 'should match'],
  ),
  test('a path without a slash', { 'spec.requests[0].path': 'orders' }, 'spec.requests[0].path', FORM),
  test('a path with a fragment', { 'spec.requests[0].path': '/orders#top' }, 'spec.requests[0].path', FORM),
  test(
    'a path with letters that need percent-encoding',
    { 'spec.requests[0].path': '/zürich' },
    'spec.requests[0].path',
    FORM,
  ),
  test(
    'a path that starts with an encoded value',
    { 'spec.requests[0].path': '${session.a}' },
    'spec.requests[0].path',
    FORM,
  ),
  test(
    'a raw value in a header',
    { 'spec.requests[0].headers': [{ name: 'A', value: '${session.a|raw}' }] },
    'spec.requests[0].headers[0].value',
    ['|raw is for', 'should match'],
  ),
  test('a JSON value in a text', body({ type: 'Text', text: '${index|json}' }), 'spec.requests[0].body.text', [
    '|json is for whole strings',
    'should match',
  ]),
  test('a path with an unknown variable', { 'spec.requests[0].path': '/${indx}' }, 'spec.requests[0].path', [
    '${index}',
    'should match',
  ]),
  test(
    'a header with an unknown variable',
    { 'spec.requests[0].headers': [{ name: 'A', value: '${random(1)}' }] },
    'spec.requests[0].headers[0].value',
    ['${random(1,100)}', 'should match'],
  ),
  test('text with an unclosed variable', body({ type: 'Text', text: 'a\n${index' }), 'spec.requests[0].body.text', [
    'must close the variable ${index',
    'should match',
  ]),
  test(
    'a form with an unknown variable',
    body({ type: 'Form', form: [{ name: 'a', value: '${data}' }] }),
    'spec.requests[0].body.form[0].value',
    ['did you mean ${data.column}?', 'should match'],
  ),
  ...[
    { 'spec.requests[0].path': '/${data.sku}' },
    { 'spec.requests[0].path': '${data.sku|raw}' },
    { 'spec.requests[0].method': '${data.method}' },
    { 'spec.requests[0].expect': { status: ['200', '${data.status}'] } },
    { 'spec.requests[0].headers': [{ name: 'A', value: '${data.sku}' }] },
    body({ type: 'Text', text: '${data.sku}' }),
    body({ type: 'Form', form: [{ name: 'a', value: '${data.sku}' }] }),
    body({ type: 'Multipart', multipart: [{ name: 'a', value: '${data.sku}' }] }),
  ].map((changes) => test('a data column without data', changes, 'spec.data', 'must be set for requests that use')),
  test(
    'an extraction with weighted requests',
    { 'spec.requests[0].extract': [{ name: 'a', header: 'A' }] },
    'spec.requestOrder',
    'must be Sequential',
  ),
  test(
    'a think time with weighted requests',
    { 'spec.requests[0].thinkTime': '1s' },
    'spec.requestOrder',
    'must be Sequential for requests with a think time',
  ),
  test(
    'a think time before the first request of an iteration',
    { 'spec.requestOrder': 'Sequential', 'spec.requests': [{ name: 'a', thinkTime: '1s' }, { name: 'b' }] },
    'spec.requests',
    'the first request of an iteration has no think time',
  ),
  test(
    'a think time that is too long',
    { 'spec.requestOrder': 'Sequential', 'spec.requests': [{ name: 'a' }, { name: 'b', thinkTime: '169h' }] },
    'spec.requests[1].thinkTime',
    'must be at most 168h',
  ),
  test(
    'weights with sequential requests',
    { 'spec.requestOrder': 'Sequential' },
    'spec.requestOrder',
    'must be Weighted',
  ),
  test(
    'an unknown request order',
    { 'spec.requestOrder': 'Random' },
    'spec.requestOrder',
    oneOf('Weighted', 'Sequential'),
  ),
  test(
    'an extraction from two sources',
    {
      'spec.requestOrder': 'Sequential',
      'spec.requests[0].weight': 1,
      'spec.requests[0].extract': [{ name: 'a', header: 'A', regex: 'b' }],
    },
    'spec.requests[0].extract[0]',
    'exactly one of',
  ),
  test(
    'an extracted value with an invalid name',
    { 'spec.requests[0].extract': [{ name: '1a', header: 'A' }] },
    'spec.requests[0].extract[0].name',
    FORM,
  ),
  test(
    'a header with two expectations',
    { 'spec.requests[0].expect.headers': [{ name: 'A', value: 'b', matches: 'b' }] },
    'spec.requests[0].expect.headers[0]',
    'exactly one of',
  ),
  test(
    'a pattern with look-ahead',
    { 'spec.requests[0].expect.bodyMatches': 'a((?=b))' },
    'spec.requests[0].expect.bodyMatches',
    FORM,
  ),
  test(
    'a pattern that does not compile',
    { 'spec.requests[0].expect.bodyMatches': 'a(b' },
    'spec.requests[0].expect.bodyMatches',
    ['must be a regular expression', 'error parsing regexp'],
  ),
  test(
    'a JSON Pointer without its slash',
    { 'spec.requests[0].expect.json': [{ pointer: 'a', value: 'b' }] },
    'spec.requests[0].expect.json[0].pointer',
    FORM,
  ),
  test(
    'a negative body size',
    { 'spec.requests[0].expect.maxBodyBytes': -1 },
    'spec.requests[0].expect.maxBodyBytes',
    atLeast(0),
  ),
  test('a stream of no event', { 'spec.requests[0].expect.events': 0 }, 'spec.requests[0].expect.events', atLeast(1)),
  ...[{ bodyMatches: 'a' }, { json: [{ pointer: '/a', value: 'b' }] }, { events: 1 }, { eventsFor: '1s' }].map(
    (expect) =>
      test(
        'an expected body for HEAD',
        { 'spec.requests[1]': { name: 'head', method: 'HEAD', expect } },
        `spec.requests[1].expect.${Object.keys(expect)[0]}`,
        'has no body',
      ),
  ),
  test(
    'a multipart body without parts',
    body({ type: 'Multipart' }),
    'spec.requests[0].body.multipart',
    'when type is Multipart',
  ),
  test(
    'a part without a value',
    body({ type: 'Multipart', multipart: [{ name: 'a' }] }),
    'spec.requests[0].body.multipart[0]',
    'exactly one of',
  ),
  test(
    'a part with a media type over two lines',
    body({ type: 'Multipart', multipart: [{ name: 'a', value: 'b', contentType: 'a\nb' }] }),
    'spec.requests[0].body.multipart[0].contentType',
    FORM,
  ),
  test(
    'a part with an unknown variable',
    body({ type: 'Multipart', multipart: [{ name: 'a', value: '${b}' }] }),
    'spec.requests[0].body.multipart[0].value',
    ['no variables but', 'should match'],
  ),
  test(
    'an unknown encoding',
    body({ type: 'Text', text: 'a', encoding: 'Brotli' }),
    'spec.requests[0].body.encoding',
    oneOf('Gzip'),
  ),
  test('a negative seed', { 'spec.seed': -1 }, 'spec.seed', atLeast(0)),
  test(
    'a preflight request for a test with a script',
    { 'spec.target.preflight': 'Request', 'spec.script': { configMapKeyRef: { name: 'a', key: 'b.js' } } },
    'spec.target.preflight',
    'must be Connect or None for a test with a script',
  ),
  test('a script without a source', { 'spec.script': {} }, 'spec.script.configMapKeyRef', REQUIRED),
  test(
    'a script from a Secret',
    { 'spec.script': { configMapKeyRef: { name: 'a', key: 'b' }, secretKeyRef: { name: 'a', key: 'b' } } },
    'spec.script.secretKeyRef',
    UNKNOWN,
  ),
  test(
    'a script with an invalid key',
    { 'spec.script': { configMapKeyRef: { name: 'a', key: 'a b' } } },
    'spec.script.configMapKeyRef.key',
    FORM,
  ),
  test('a script variable without a name', script([{ value: 'x' }]), 'spec.script.env[0].name', REQUIRED),
  test(
    'a script variable with an invalid name',
    script([{ name: 'a-b', value: 'x' }]),
    'spec.script.env[0].name',
    FORM,
  ),
  test('a script variable without a value', script([{ name: 'A' }]), 'spec.script.env[0]', 'exactly one of'),
  test(
    'a script variable with two sources',
    script([{ name: 'A', value: 'x', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }]),
    'spec.script.env[0]',
    'exactly one of',
  ),
  test(
    'two script variables with the same name',
    script([
      { name: 'A', value: 'x' },
      { name: 'A', value: 'y' },
    ]),
    'spec.script.env[1]',
    ['another entry has the same name', 'Duplicate value'],
  ),
  test(
    'data in an unknown format',
    { 'spec.data': { from: { configMapKeyRef: { name: 'a', key: 'b' } }, format: 'XML' } },
    'spec.data.format',
    oneOf('CSV', 'JSON'),
  ),
  test(
    'data from two sources',
    {
      'spec.data': {
        from: { configMapKeyRef: { name: 'a', key: 'b' }, secretKeyRef: { name: 'a', key: 'b' } },
        format: 'CSV',
      },
    },
    'spec.data.from',
    'exactly one of',
  ),
  test(
    'a header name with a colon',
    { 'spec.requests[0].headers': [{ name: 'A:', value: 'b' }] },
    'spec.requests[0].headers[0].name',
    FORM,
  ),
  test(
    'a header that would break the framing',
    { 'spec.requests[0].headers': [{ name: 'Content-Length', value: '1' }] },
    'spec.requests[0].headers[0].name',
    'the runner sets itself',
  ),
  test(
    'a connection header, which HTTP/2 does not have',
    { 'spec.requests[0].headers': [{ name: 'Proxy-Connection', value: 'keep-alive' }] },
    'spec.requests[0].headers[0].name',
    'the runner sets itself',
  ),
  test(
    'a header value with a line break',
    { 'spec.requests[0].headers': [{ name: 'A', value: 'b\r\nC: d' }] },
    'spec.requests[0].headers[0].value',
    FORM,
  ),
  test(
    'a header without a value',
    { 'spec.requests[0].headers': [{ name: 'A' }] },
    'spec.requests[0].headers[0]',
    'exactly one of value and valueFrom',
  ),
  test(
    'a header with two values',
    { 'spec.requests[0].headers': [{ name: 'A', value: 'b', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] },
    'spec.requests[0].headers[0]',
    'exactly one of value and valueFrom',
  ),
  test(
    'a value without a source',
    { 'spec.requests[0].headers': [{ name: 'A', valueFrom: {} }] },
    'spec.requests[0].headers[0].valueFrom',
    'exactly one of secretKeyRef and configMapKeyRef',
  ),
  test(
    'an invalid key of a Secret',
    { 'spec.requests[0].headers': [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: 'b/c' } } }] },
    'spec.requests[0].headers[0].valueFrom.secretKeyRef.key',
    FORM,
  ),
  test('a JSON body without json', body({ type: 'JSON' }), 'spec.requests[0].body.json', [
    'must be set',
    'Required value',
  ]),
  test(
    'a JSON body of null, which the API server drops',
    body({ type: 'JSON', json: null }),
    'spec.requests[0].body.json',
    ['must be set', 'Required value'],
  ),
  test('a required field that is null', { 'spec.target.url': null }, 'spec.target.url', REQUIRED),
  test('a body of type Text with json', body({ type: 'Text', text: 'a', json: {} }), 'spec.requests[0].body.type', [
    'must be JSON',
    'supported values: "JSON"',
  ]),
  test('a text body without text', body({ type: 'Text' }), 'spec.requests[0].body.text', 'when type is Text'),
  test('a form without fields', body({ type: 'Form' }), 'spec.requests[0].body.form', 'when type is Form'),
  test('a body without a source', body({ type: 'From' }), 'spec.requests[0].body.from', 'when type is From'),
  test(
    'a body of an unknown type',
    body({ type: 'XML' }),
    'spec.requests[0].body.type',
    oneOf('JSON', 'Form', 'Text', 'From'),
  ),
  test(
    'a form field without a name',
    body({ type: 'Form', form: [{ value: 'a' }] }),
    'spec.requests[0].body.form[0].name',
    REQUIRED,
  ),
  test(
    'a HEAD with a body',
    { 'spec.requests[0].method': 'HEAD', 'spec.requests[0].expect': undefined },
    'spec.requests[0].body',
    'has no body',
  ),
  test(
    'a HEAD that expects a body',
    { 'spec.requests': [{ name: 'a', method: 'HEAD', expect: { bodyContains: 'x' } }] },
    'spec.requests[0].expect.bodyContains',
    'has no body',
  ),
  test(
    'an invalid expected status',
    { 'spec.requests[0].expect.status': ['2xx', '700'] },
    'spec.requests[0].expect.status[1]',
    FORM,
  ),
  test(
    'an expected status as a number',
    { 'spec.requests[0].expect.status': [200] },
    'spec.requests[0].expect.status[0]',
    ['must be text', 'must be of type string'],
  ),

  test('no load', { 'spec.load': undefined }, 'spec.load', REQUIRED),
  test(
    'an unknown type of load',
    { 'spec.load': { type: 'Spike' } },
    'spec.load.type',
    oneOf('Open', 'Closed', 'Capacity'),
  ),
  test('an open load without its stages', { 'spec.load': { type: 'Open' } }, 'spec.load.open', 'when type is Open'),
  test(
    'a closed load without its users',
    { 'spec.load': { type: 'Closed' } },
    'spec.load.closed',
    'when type is Closed',
  ),
  test(
    'an open load with users',
    { 'spec.load.closed': { users: 9, iterations: 1 } },
    'spec.load.closed',
    'when type is Closed',
  ),
  test('no stage', { 'spec.load.open.stages': [] }, 'spec.load.open.stages', ['at least 1 entry', 'at least 1 items']),
  test(
    'more than 100 stages',
    { 'spec.load.open.stages': Array.from({ length: 101 }, () => ({ duration: '1s', rate: 1 })) },
    'spec.load.open.stages',
    ['at most 100 entries', 'must have at most 100 items'],
  ),
  test(
    'a stage without duration',
    { 'spec.load.open.stages': [{ rate: 1 }] },
    'spec.load.open.stages[0].duration',
    REQUIRED,
  ),
  test(
    'only stages of length 0',
    { 'spec.load.open.stages': [{ duration: '0m', rate: 5 }] },
    'spec.load.open.stages',
    'one stage must last longer than 0s',
  ),
  test('a graceful stop above a week', { 'spec.load.gracefulStop': '169h' }, 'spec.load.gracefulStop', 'at most 168h'),
  test(
    'a stage above a week',
    { 'spec.load.open.stages[0].duration': '168h1us' },
    'spec.load.open.stages[0].duration',
    'at most 168h',
  ),
  test('a negative rate', { 'spec.load.open.stages[1].rate': -1 }, 'spec.load.open.stages[1].rate', atLeast(0)),
  test('a rate as text', { 'spec.load.open.stages[0].rate': '100' }, 'spec.load.open.stages[0].rate', [
    'must be a number',
    'must be of type integer',
  ]),
  test(
    'only rates of 0',
    { 'spec.load.open.stages': [{ duration: '1s', rate: 0 }] },
    'spec.load.open.stages',
    'one rate must be above 0',
  ),
  test(
    'an unknown arrival process',
    { 'spec.load.open.arrivals': 'Bursty' },
    'spec.load.open.arrivals',
    oneOf('Uniform', 'Poisson'),
  ),
  test('a time unit of 0', { 'spec.load.open.per': '0s' }, 'spec.load.open.per', 'above 0s'),
  test('a cap of 0 in-flight requests', { 'spec.load.open.maxInFlight': 0 }, 'spec.load.open.maxInFlight', atLeast(1)),
  test(
    'a cap below one per runner',
    { 'spec.load.open.maxInFlight': 2 },
    'spec.load.open.maxInFlight',
    'at least runners.replicas',
  ),
  test(
    'a ramp-up above a week',
    closed(5, { iterations: 10, rampUp: '169h' }),
    'spec.load.closed.rampUp',
    'at most 168h',
  ),
  test('a closed load without an end', closed(5, {}), 'spec.load.closed', 'duration or iterations must be set'),
  test(
    'fewer users than runners',
    closed(2, { iterations: 10 }),
    'spec.load.closed.users',
    'at least runners.replicas',
  ),
  test('a search without a highest rate', capacity({ maxRate: undefined }), 'spec.load.capacity.maxRate', REQUIRED),
  test(
    'a search that begins above its end',
    capacity({ minRate: 5001 }),
    'spec.load.capacity.minRate',
    'at most maxRate',
  ),
  test('a capacity that is never tried', capacity({ atLeast: 5001 }), 'spec.load.capacity.atLeast', 'at most maxRate'),
  test('a bracket too narrow', capacity({ precision: '0.9%' }), 'spec.load.capacity.precision', 'from 1% to 50%'),
  test('a bracket too wide', capacity({ precision: '51%' }), 'spec.load.capacity.precision', 'from 1% to 50%'),
  test('a precision without %', capacity({ precision: '5' }), 'spec.load.capacity.precision', FORM),
  test(
    'a trial that is too short',
    capacity({ trialDuration: '999ms' }),
    'spec.load.capacity.trialDuration',
    'at least 1s',
  ),
  test(
    'a trial that is too long',
    capacity({ trialDuration: '61m' }),
    'spec.load.capacity.trialDuration',
    'at most 1h',
  ),
  test('a confirmation that is too long', capacity({ confirm: '61m' }), 'spec.load.capacity.confirm', 'at most 1h'),
  test('a hold that is too long', capacity({ hold: '61m' }), 'spec.load.capacity.hold', 'at most 1h'),
  test('a search without time', capacity({ deadline: '0s' }), 'spec.load.capacity.deadline', 'must be above 0s'),
  test(
    'a threshold that ends a search',
    { ...capacity({}), ...threshold({ metric: 'errors', max: '1%', abort: true }) },
    'spec.thresholds',
    'abort must not be set with load.type Capacity',
  ),
  test(
    'a rate as a limit of every trial of a search',
    { ...capacity({}), ...threshold({ metric: 'rate', min: '480' }) },
    'spec.thresholds',
    'a rate must be in percent with load.type Capacity',
  ),
  test('a negative think time', closed(5, { iterations: 10, thinkTime: '-1s' }), 'spec.load.closed.thinkTime', FORM),

  test('no runner', { 'spec.runners.replicas': 0 }, 'spec.runners.replicas', atLeast(1)),
  test('more than 1000 runners', { 'spec.runners.replicas': 1001 }, 'spec.runners.replicas', atMost(1000)),
  test(
    'an unknown policy for lost runners',
    { 'spec.runners.onLoss': 'Ignore' },
    'spec.runners.onLoss',
    oneOf('Fail', 'Continue'),
  ),
  test(
    'a ready timeout of 0',
    { 'spec.runners.readyTimeout': '0s' },
    'spec.runners.readyTimeout',
    'above 0s and at most 24h',
  ),
  test('a label value with a space', template({ labels: { team: 'a b' } }), 'spec.runners.template.labels.team', FORM),
  test(
    'a label key with a space',
    template({ labels: { 'my team': 'a' } }),
    'spec.runners.template.labels',
    'every key must be',
  ),
  test(
    'a label reserved for the operator',
    template({ labels: { 'loadtest.dev/name': 'a' } }),
    'spec.runners.template.labels',
    'are set by the operator',
  ),
  test(
    'CPU that is no quantity',
    template({ resources: { requests: { cpu: 'two' } } }),
    'spec.runners.template.resources.requests.cpu',
    FORM,
  ),
  test(
    'a request above its limit',
    template({ resources: { requests: { cpu: '2' }, limits: { cpu: '500m' } } }),
    'spec.runners.template.resources.requests',
    'at most the limit',
  ),
  test(
    'a toleration without a key',
    template({ tolerations: [{ value: 'a' }] }),
    'spec.runners.template.tolerations[0].operator',
    'must be Exists when there is no key',
  ),
  test(
    'a toleration for any value that has a value',
    template({ tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }),
    'spec.runners.template.tolerations[0].value',
    'must not be set',
  ),
  test(
    'a misspelt affinity',
    template({ affinity: { nodeAffinty: {} } }),
    'spec.runners.template.affinity.nodeAffinty',
    UNKNOWN,
  ),
  test(
    'an affinity that is a number',
    template({ affinity: { nodeAffinity: 5 } }),
    'spec.runners.template.affinity.nodeAffinity',
    ['must be an object', 'must be of type object'],
  ),
  test(
    'a spread constraint of other fields',
    template({
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', a: 'b' }],
    }),
    'spec.runners.template.topologySpreadConstraints[0].a',
    UNKNOWN,
  ),
  test(
    'a resource that no node has',
    template({ resources: { limits: { foo: '1' } } }),
    'spec.runners.template.resources.limits',
    'every key must be a resource',
  ),
  test(
    'seconds for a taint that ends no pods',
    template({ tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] }),
    'spec.runners.template.tolerations[0].effect',
    'must be NoExecute',
  ),
  test(
    'a variable that the operator sets',
    template({ env: [{ name: 'LOADTEST_OPERATOR_URL', value: 'http://me' }] }),
    'spec.runners.template.env',
    'are reserved',
  ),
  test(
    'a variable that makes Node run other code',
    template({ env: [{ name: 'NODE_OPTIONS', value: '--import=/tmp/a.mjs' }] }),
    'spec.runners.template.env',
    'are reserved',
  ),
  test(
    'a variable with a value and a source',
    template({ env: [{ name: 'A', value: '1', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }] }),
    'spec.runners.template.env[0]',
    'at most one of',
  ),
  test(
    'a variable with two sources',
    template({
      env: [
        {
          name: 'A',
          valueFrom: { configMapKeyRef: { name: 'a', key: 'b' }, fieldRef: { fieldPath: 'spec.nodeName' } },
        },
      ],
    }),
    'spec.runners.template.env[0].valueFrom',
    'exactly one of',
  ),
  test(
    'an environment from nothing',
    template({ envFrom: [{ prefix: 'A' }] }),
    'spec.runners.template.envFrom[0]',
    'exactly one of',
  ),
  test(
    "a volume with the name of the operator's",
    template({ volumes: [{ name: 'token', emptyDir: {} }] }),
    'spec.runners.template.volumes[0].name',
    'the volumes of the operator',
  ),
  test(
    'a volume of two kinds',
    template({ volumes: [{ name: 'a', emptyDir: {}, configMap: { name: 'a' } }] }),
    'spec.runners.template.volumes[0]',
    'exactly one of',
  ),
  test(
    'a token of a service account',
    template({ volumes: [{ name: 'a', projected: { sources: [{ serviceAccountToken: { path: 'a' } }] } }] }),
    'spec.runners.template.volumes[0].projected.sources[0].serviceAccountToken',
    UNKNOWN,
  ),
  test(
    'a file outside of its volume',
    template({ volumes: [{ name: 'a', configMap: { name: 'a', items: [{ key: 'a', path: '../a' }] } }] }),
    'spec.runners.template.volumes[0].configMap.items[0].path',
    FORM,
  ),
  test(
    "a sidecar that mounts the runner's token",
    template({ sidecars: [{ name: 'a', image: 'b', volumeMounts: [{ name: 'token', mountPath: '/token' }] }] }),
    'spec.runners.template.sidecars[0].volumeMounts[0].name',
    'the volumes of the operator',
  ),
  test(
    "a mount over the runner's program",
    template({ volumeMounts: [{ name: 'a', mountPath: '/app' }] }),
    'spec.runners.template.volumeMounts',
    'must not hide',
  ),
  test(
    'a mount above the token',
    template({ volumeMounts: [{ name: 'a', mountPath: '/var/run' }] }),
    'spec.runners.template.volumeMounts',
    'must not hide',
  ),
  test(
    'a mount with a detour',
    template({ volumeMounts: [{ name: 'a', mountPath: '/data/../app' }] }),
    'spec.runners.template.volumeMounts[0].mountPath',
    FORM,
  ),
  test(
    'a sidecar that is called runner',
    template({ sidecars: [{ name: 'runner', image: 'a' }] }),
    'spec.runners.template.sidecars[0].name',
    'the container of the runner',
  ),
  test(
    'an init container with a probe',
    template({ initContainers: [{ name: 'a', image: 'b', livenessProbe: { tcpSocket: { port: 1 } } }] }),
    'spec.runners.template.initContainers[0].livenessProbe',
    UNKNOWN,
  ),
  test(
    'a probe without a check',
    template({ sidecars: [{ name: 'a', image: 'b', startupProbe: { periodSeconds: 1 } }] }),
    'spec.runners.template.sidecars[0].startupProbe',
    'exactly one of',
  ),
  test(
    'a field of pods that belongs to the operator',
    template({ automountServiceAccountToken: true }),
    'spec.runners.template.automountServiceAccountToken',
    UNKNOWN,
  ),
  test(
    'less time to end than a runner needs',
    template({ terminationGracePeriodSeconds: 1 }),
    'spec.runners.template.terminationGracePeriodSeconds',
    atLeast(5),
  ),
  test(
    'a duplicate pull secret',
    template({ imagePullSecrets: [{ name: 'a' }, { name: 'a' }] }),
    'spec.runners.template.imagePullSecrets[1]',
    ['the same name', 'Duplicate value'],
  ),

  test(
    'a threshold on an unknown metric',
    threshold({ metric: 'latency.p99', max: '1s' }),
    'spec.thresholds[0].metric',
    FORM,
  ),
  test(
    'a threshold on the percentile p100, which is max',
    threshold({ metric: 'responseTime.p100', max: '1s' }),
    'spec.thresholds[0].metric',
    ['p100 is max', 'should match'],
  ),
  test(
    'a threshold on a percentile whose decimals end in 0',
    threshold({ metric: 'serviceTime.p1000', max: '1s' }),
    'spec.thresholds[0].metric',
    FORM,
  ),
  test(
    'a threshold on an unknown status',
    threshold({ metric: 'status.6xx', max: '1%' }),
    'spec.thresholds[0].metric',
    FORM,
  ),
  test(
    'a threshold on an unknown error kind',
    threshold({ metric: 'errors.ConnectionRefuse', max: '1%' }),
    'spec.thresholds[0].metric',
    FORM,
  ),
  test(
    'a duration as the limit of an error kind',
    threshold({ metric: 'errors.ConnectionReset', max: '1s' }),
    'spec.thresholds[0].max',
    'max must be a percentage',
  ),
  test('a baseline without a name', { 'spec.compareWith': {} }, 'spec.compareWith', 'name or previous must be set'),
  test(
    'a previous run that is neither the last one nor the last that passed',
    { 'spec.compareWith': { previous: 'Best' } },
    'spec.compareWith.previous',
    oneOf('LastPassed', 'Last'),
  ),
  test('a release with a blank', { 'spec.release': 'v 42' }, 'spec.release', FORM),
  test('a baseline with an invalid name', { 'spec.compareWith': { name: 'V_41' } }, 'spec.compareWith.name', FORM),
  test(
    'a regression that is not a percentage',
    { 'spec.compareWith': { name: 'v41', maxRegression: '0.1' } },
    'spec.compareWith.maxRegression',
    FORM,
  ),
  test(
    'a comparison of a metric that is not compared',
    { 'spec.compareWith': { name: 'v41', metrics: ['serviceTime.p50'] } },
    'spec.compareWith.metrics[0]',
    oneOf('responseTime.p50', 'responseTime.p95', 'responseTime.p99', 'rate', 'errors'),
  ),
  test('a comparison of no metric', { 'spec.compareWith': { name: 'v41', metrics: [] } }, 'spec.compareWith.metrics', [
    'at least 1 entry',
    'at least 1 items',
  ]),
  test(
    'a comparison with an unknown field',
    { 'spec.compareWith': { name: 'v41', metric: 'rate' } },
    'spec.compareWith.metric',
    UNKNOWN,
  ),
  test(
    'a threshold on an unknown request',
    threshold({ metric: 'errors', max: '1%', request: 'nobody' }),
    'spec.thresholds',
    'every request named here must exist in requests',
  ),
  test(
    'a threshold on a status of gRPC over HTTP',
    threshold({ metric: 'status.UNAVAILABLE', max: '1%' }),
    'spec.thresholds',
    'only gRPC calls have the statuses of gRPC',
  ),
  test(
    'a threshold on an error of gRPC over HTTP',
    threshold({ metric: 'errors.NotGRPC', max: '1%' }),
    'spec.thresholds',
    'only gRPC calls have the statuses of gRPC, errors.NotGRPC',
  ),
  test(
    'a threshold on a status of HTTP over gRPC',
    { ...grpcCall({}), ...threshold({ metric: 'status.503', max: '1%' }) },
    'spec.thresholds',
    'gRPC calls have no status of HTTP',
  ),
  test(
    'a threshold on a class of statuses over gRPC',
    { ...grpcCall({}), ...threshold({ metric: 'status.5xx', max: '1%' }) },
    'spec.thresholds',
    'a status of gRPC is a name, such as status.UNAVAILABLE',
  ),
  test(
    'a threshold on an error of HTTP over gRPC',
    { ...grpcCall({}), ...threshold({ metric: 'errors.TooManyRedirects', max: '1%' }) },
    'spec.thresholds',
    'none of errors.BodyTooLarge, errors.TooManyRedirects',
  ),
  test(
    'a threshold with after but without abort',
    threshold({ metric: 'errors', max: '1%', after: '30s' }),
    'spec.thresholds[0].after',
    'must not be set without abort: true',
  ),
  test(
    'a duration as the limit of a share',
    threshold({ metric: 'timeout', max: '1s' }),
    'spec.thresholds[0].max',
    'max must be a percentage',
  ),
  test('a threshold without a limit', threshold({ metric: 'rate' }), 'spec.thresholds[0]', 'max or min must be set'),
  test(
    'a percentage as the limit of a time',
    threshold({ metric: 'responseTime.p99', max: '5%' }),
    'spec.thresholds[0].max',
    'must be a duration',
  ),
  test(
    'a number as the limit of errors',
    threshold({ metric: 'errors', max: '5' }),
    'spec.thresholds[0].max',
    'must be a percentage',
  ),
  test(
    'a share of the rate asked of a load that asks for none',
    { ...closed(5, { iterations: 10 }), ...threshold({ metric: 'rate', min: '95%' }) },
    'spec.thresholds',
    'load.type Closed asks for none, as responses decide it',
  ),
  test(
    'a greatest share of the rate asked of a load that asks for none',
    { ...closed(5, { iterations: 10 }), ...threshold({ metric: 'rate', max: '95%' }) },
    'spec.thresholds',
    'load.type Closed asks for none, as responses decide it',
  ),
  test(
    'a share of the rate asked beside a number',
    threshold({ metric: 'rate', min: '95%', max: '500' }),
    'spec.thresholds[0].max',
    'must be a percentage if min is one, and otherwise a number',
  ),
  test(
    'a number beside a share of the rate asked',
    threshold({ metric: 'rate', min: '480', max: '105%' }),
    'spec.thresholds[0].max',
    'must be a percentage if min is one, and otherwise a number',
  ),
  test(
    'a share of the rate asked for one request',
    threshold({ metric: 'rate', min: '95%', request: 'create-order' }),
    'spec.thresholds[0].request',
    'the load asks for a rate of all requests together',
  ),
  test(
    'a share that is no percentage as the limit of a rate',
    threshold({ metric: 'rate', min: '%' }),
    'spec.thresholds[0].min',
    'must be a number such as "480", or a percentage',
  ),
  test(
    'a duration as the limit of a rate',
    threshold({ metric: 'rate', min: '5s' }),
    'spec.thresholds[0].min',
    'must be a number',
  ),
  test('a limit that is not text', threshold({ metric: 'rate', min: 5 }), 'spec.thresholds[0].min', [
    'must be text',
    'must be of type string',
  ]),

  test('a negative time to live', { 'spec.ttlSecondsAfterFinished': -1 }, 'spec.ttlSecondsAfterFinished', atLeast(0)),
  test('suspend as text', { 'spec.suspend': 'yes' }, 'spec.suspend', ['true or false', 'must be of type boolean']),
];

export const WRONG_SCHEDULED_LOAD_TESTS: WrongSpec[] = [
  scheduled('a name too long for the time of a run', { 'metadata.name': 'a'.repeat(53) }, 'metadata.name', [
    'at most 52 characters',
    'Too long',
  ]),
  scheduled(
    'the release of all pods of the namespace',
    { 'spec.releaseFrom.matchLabels': {} },
    'spec.releaseFrom.matchLabels',
    'must have at least one label',
  ),
  scheduled(
    'the release by a label with a blank',
    { 'spec.releaseFrom.label': 'the version' },
    'spec.releaseFrom.label',
    FORM,
  ),
  scheduled('no schedule', { 'spec.schedule': undefined }, 'spec.schedule', REQUIRED),
  scheduled('a schedule in prose', { 'spec.schedule': 'every day' }, 'spec.schedule', 'must be a Cron schedule'),
  scheduled('a schedule of six fields', { 'spec.schedule': '0 0 * * * *' }, 'spec.schedule', 'must be a Cron schedule'),
  ...['0 0 31 2 *', '0 0 30-31 FEB ?', '0 0 31/2,31 4,06,9,11 *'].map((text) =>
    scheduled(
      `days that no month of the schedule has: ${text}`,
      { 'spec.schedule': text },
      'spec.schedule',
      'must have a day of the month that one of its months has',
    ),
  ),
  scheduled('a minute of 60', { 'spec.schedule': '60 * * * *' }, 'spec.schedule', 'must be a Cron schedule'),
  scheduled('a day of the month of 0', { 'spec.schedule': '0 0 0 * *' }, 'spec.schedule', 'must be a Cron schedule'),
  scheduled('a step of 0', { 'spec.schedule': '*/0 * * * *' }, 'spec.schedule', 'must be a Cron schedule'),
  scheduled(
    'a descending range of weekdays',
    { 'spec.schedule': '0 0 * * FRI-MON' },
    'spec.schedule',
    'must be a Cron schedule',
  ),
  scheduled('a descending range of hours', { 'spec.schedule': '0 22-6 * * *' }, 'spec.schedule', 'runs backwards'),
  scheduled('an unknown macro', { 'spec.schedule': '@every 5m' }, 'spec.schedule', 'must be a Cron schedule'),
  scheduled('a time zone that does not exist', { 'spec.timeZone': 'Europe/Atlantis' }, 'spec.timeZone', [
    'must be a time zone that exists',
    'unknown time zone',
  ]),
  ...['EUROPE/ZURICH', 'US/PACIFIC', 'Etc/Utc'].map((name) =>
    scheduled(`a time zone in the wrong case: ${name}`, { 'spec.timeZone': name }, 'spec.timeZone', [
      'must be a time zone that exists',
      'unknown time zone',
    ]),
  ),
  scheduled('a time zone as an offset', { 'spec.timeZone': '+02:00' }, 'spec.timeZone', FORM),
  scheduled(
    "the machine's own time zone",
    { 'spec.timeZone': 'Local' },
    'spec.timeZone',
    'must be a time zone that exists',
  ),
  scheduled(
    'an unknown concurrency policy',
    { 'spec.concurrencyPolicy': 'Queue' },
    'spec.concurrencyPolicy',
    oneOf('Allow', 'Forbid', 'Replace'),
  ),
  scheduled('a negative deadline', { 'spec.startingDeadlineSeconds': -1 }, 'spec.startingDeadlineSeconds', atLeast(0)),
  scheduled(
    'a history above 100',
    { 'spec.successfulLoadTestsHistoryLimit': 101 },
    'spec.successfulLoadTestsHistoryLimit',
    atMost(100),
  ),
  scheduled('no template', { 'spec.loadTestTemplate': undefined }, 'spec.loadTestTemplate', REQUIRED),
  scheduled(
    'a template without spec',
    { 'spec.loadTestTemplate.spec': undefined },
    'spec.loadTestTemplate.spec',
    REQUIRED,
  ),
  scheduled(
    'a name in the template',
    { 'spec.loadTestTemplate.metadata': { name: 'a' } },
    'spec.loadTestTemplate.metadata.name',
    UNKNOWN,
  ),
  scheduled(
    'a label of the template reserved for the operator',
    { 'spec.loadTestTemplate.metadata': { labels: { 'loadtest.dev/scheduled-by': 'a' } } },
    'spec.loadTestTemplate.metadata.labels',
    'are set by the operator',
  ),
  scheduled(
    'a template that violates a rule for LoadTests',
    { 'spec.loadTestTemplate.spec.load': { type: 'Closed', closed: { users: 1 } } },
    'spec.loadTestTemplate.spec.load.closed',
    'duration or iterations must be set',
  ),
];
