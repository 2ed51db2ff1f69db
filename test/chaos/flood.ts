/**
 * A pod that floods the operator's runner endpoint: `MODE` says with what, `URL` is the endpoint, `TOKENS` the tokens that it has, and `FORGED`
 * the pods that its forged tokens claim to be. Ends after `SECONDS`, and prints how often each status came.
 */
import { randomBytes } from 'node:crypto';
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';

const { MODE = '', URL: url = '', SECONDS = '10', TOKENS = '[]', FORGED = '[]' } = process.env;
const untilMs = Date.now() + 1e3 * Number(SECONDS);
const tokens: string[] = JSON.parse(TOKENS);
const pods: { namespace: string; name: string; uid: string }[] = JSON.parse(FORGED);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const counts: Record<string, number> = {};
let sent = 0;

const MIB = 1024 * 1024;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token for a pod that exists, with a signature that nobody made; each another one. */
function forgedToken(): string {
  const pod = pods[sent % pods.length]!;
  const claims = {
    aud: ['loadtest-operator'],
    exp: Date.now() / 1e3 + 3600,
    jti: String(sent),
    'kubernetes.io': { namespace: pod.namespace, pod },
  };
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.${randomBytes(256).toString('base64url')}`;
}

/** Two kilobytes that are a histogram of 190. */
function bomb(): string {
  const counts = Buffer.alloc(23 * 1024 * 8, Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]));
  const header = Buffer.alloc(40);
  header.writeInt32BE(0x1c849313, 0);
  header.writeInt32BE(counts.length, 4);
  header.writeInt32BE(3, 12);
  header.writeBigInt64BE(1n, 16);
  header.writeBigInt64BE(3_600_000_000n, 24);
  header.writeDoubleBE(1, 32);
  const packed = deflateSync(Buffer.concat([header, counts]));
  const envelope = Buffer.alloc(8);
  envelope.writeInt32BE(0x1c849314, 0);
  envelope.writeInt32BE(packed.length, 4);
  return Buffer.concat([envelope, packed]).toString('base64');
}

const times = { responseTime: bomb(), serviceTime: bomb() };
const names = [
  'generated',
  'made',
  'done',
  'timeout',
  'failed',
  'dropped',
  'aborted',
  'unexpected',
  'inFlight',
  'pending',
];
const zero = [...names, 'late', 'lateByGenerator', 'droppedByGenerator', 'abortedByGenerator'].map((name) => [name, 0]);
const requestOfBombs = { name: 'default', counts: Object.fromEntries(zero), ...times, withoutGenerator: times };
const snapshot = {
  elapsedMs: 1e308,
  requests: Array.from({ length: 32 }, () => requestOfBombs),
  responses: [],
  errors: [],
  pacingLag: bomb(),
  cpuMs: 1,
  eventLoopUtilization: 0,
};
/** What no runner sends, each for another reason. */
const ABSURD = [
  '['.repeat(4 * MIB),
  `[${'{},'.repeat(1.3 * MIB)}{}]`,
  JSON.stringify({ phase: 'Running', snapshot }),
  `{"phase":"Ready","${'x'.repeat(4 * MIB - 100)}":1}`,
  `{"phase":"Running","snapshot":{"errors":[${'{},'.repeat(190_000)}{}]}}`,
  randomBytes(4 * MIB).toString('latin1'),
  '{"phase":"Dancing"}',
];

function post(headers: OutgoingHttpHeaders, body: string | Buffer | undefined): Promise<void> {
  sent++;
  return new Promise((done) => {
    const call = request(url, { agent, method: 'POST', headers, timeout: 5000 }, (response) => {
      count(String(response.statusCode));
      response.resume().once('close', done);
    });
    call
      .once('timeout', () => call.destroy())
      .once('error', () => {
        count('broken');
        done();
      });
    if (body === undefined) void drip(call);
    else call.end(body);
  });
}

/** A byte now and then, until the connection breaks. */
async function drip(call: { write(text: string): unknown; destroyed: boolean }): Promise<void> {
  while (!call.destroyed && Date.now() < untilMs) {
    call.write(' ');
    await sleep(200);
  }
}

function count(status: string): void {
  counts[status] = (counts[status] ?? 0) + 1;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const own = () => bearer(tokens[sent % tokens.length] ?? '');
const MODES: Record<string, () => Promise<void>> = {
  garbage: () => post(sent % 2 === 0 ? {} : bearer(randomBytes(64).toString('hex')), randomBytes(64 * 1024)),
  oversize: () => post({ ...bearer(forgedToken()), 'content-length': 8 * MIB }, Buffer.alloc(8 * MIB, ' ')),
  forged: () => post(bearer(forgedToken()), '{"phase":"Ready"}'),
  slow: () => post(sent % 2 === 0 ? own() : bearer(forgedToken()), undefined),
  absurd: () => post(own(), ABSURD[sent % ABSURD.length]!),
};
const PARALLEL: Record<string, number> = { slow: 400, oversize: 8 };

agent.maxSockets = PARALLEL[MODE] ?? agent.maxSockets;
await Promise.all(
  Array.from({ length: PARALLEL[MODE] ?? 32 }, async () => {
    while (Date.now() < untilMs) {
      await MODES[MODE]!();
      // Broken connections must not become the work of this pod alone.
      await sleep(1);
    }
  }),
);
console.log(JSON.stringify({ mode: MODE, sent, counts }));
process.exit(0);
