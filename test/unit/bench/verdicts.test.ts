import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { http1Exchanges, http2Exchanges } from '../../../bench/verdicts/exchanges.ts';
import { type Segment, segmentsOf } from '../../../bench/verdicts/packets.ts';
import { wireOf } from '../../../bench/verdicts/wire.ts';
import { data, headers, reset, settings } from '../../support/target/http2/frames.ts';

const TARGET = 80;
const CLIENT = 4000;
const [SYN, ACK] = [2, 16];

type Packet = { atMs: number; from?: number; to?: number; sequence: number; flags?: number; text?: string };

/** A capture as tcpdump writes it, of Ethernet, IPv4 and TCP without options. */
function captureOf(packets: readonly Packet[]): Buffer {
  const records = packets.map(({ atMs, from = CLIENT, to = TARGET, sequence, flags = ACK, text = '' }) => {
    const record = Buffer.alloc(16 + 14 + 20 + 20 + text.length);
    record.writeUInt32LE(Math.floor(atMs / 1e3), 0);
    record.writeUInt32LE((atMs % 1e3) * 1e6, 4);
    record.writeUInt32LE(record.length - 16, 8);
    const [ip, tcp] = [30, 50];
    record[ip] = 0x45;
    record.writeUInt16BE(40 + text.length, ip + 2);
    record.writeUInt16BE(from, tcp);
    record.writeUInt16BE(to, tcp + 2);
    record.writeUInt32BE(sequence, tcp + 4);
    record[tcp + 12] = 0x50;
    record[tcp + 13] = flags;
    record.write(text, tcp + 20, 'latin1');
    return record;
  });
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  return Buffer.concat([header, ...records]);
}

const syn = (sequence: number): Packet => ({ atMs: 1000, sequence, flags: SYN });
const accepted: Packet = { atMs: 1000.5, from: TARGET, to: CLIENT, sequence: 70, flags: SYN | ACK };
const texts = (segments: readonly Segment[]) => segments.map(({ bytes }) => bytes.toString('latin1'));

describe('the segments of a capture', () => {
  it('have the bytes and the time of each', () => {
    const segments = segmentsOf(captureOf([syn(9), accepted, { atMs: 2345.5, sequence: 10, text: 'GET' }]));
    assert.deepEqual(
      segments.map(({ atMs, fromPort, bytes }) => [atMs, fromPort, bytes.toString()]),
      [
        [1000, CLIENT, ''],
        [1000.5, TARGET, ''],
        [2345.5, CLIENT, 'GET'],
      ],
    );
  });

  it('leave out bytes that were sent again, also where the sequence numbers wrap around', () => {
    const wraps = 2 ** 32 - 3;
    const packets = [
      { atMs: 1001, sequence: wraps, text: 'abcd' },
      { atMs: 1002, sequence: wraps, text: 'abcd' },
      { atMs: 1003, sequence: wraps + 2, text: 'cdef' },
    ];
    assert.deepEqual(texts(segmentsOf(captureOf([syn(wraps - 1), ...packets]))), ['', 'abcd', 'ef']);
  });

  it('are refused when one is missing', () => {
    const packets = [syn(9), { atMs: 1001, sequence: 15, text: 'late' }];
    assert.throws(() => segmentsOf(captureOf(packets)), /lacks 5 bytes of the connection 4000-80/);
  });
});

const toTarget = (atMs: number, ...bytes: Buffer[]): Segment => ({
  ...{ atMs, fromPort: CLIENT, toPort: TARGET },
  bytes: Buffer.concat(bytes),
});
const fromTarget = (atMs: number, ...bytes: Buffer[]): Segment => ({
  ...{ atMs, fromPort: TARGET, toPort: CLIENT },
  bytes: Buffer.concat(bytes),
});
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

it('over HTTP/1.1, an exchange ends with the last segment before the next request, a set-up when the target accepts', () => {
  const get = (n: number) => Buffer.from(`GET /${n} HTTP/1.1\r\n\r\n`);
  const part = Buffer.from('part');
  const opening = [toTarget(0.1), fromTarget(0.3)];
  const segments = [...opening, toTarget(1, get(7)), fromTarget(2, part), fromTarget(3, part), toTarget(4, get(8))];
  assert.deepEqual(http1Exchanges(segments, TARGET), {
    exchanges: [
      { port: CLIENT, stream: 0, path: '/7', sentMs: 1, answeredMs: 3 },
      { port: CLIENT, stream: 0, path: '/8', sentMs: 4 },
    ],
    setUps: [{ port: CLIENT, fromMs: 0.1, toMs: 0.3 }],
  });
});

const OK = { ':status': '200' };
const GET = { ':path': '/' };
const request = headers(1, GET, { end: true });
/** The settings come before the preface, a request is cut in two, and two responses come together, one of them with an end of its own. */
const SEGMENTS = [
  toTarget(100),
  fromTarget(103, settings()),
  toTarget(104, PREFACE, settings(), request.subarray(0, 5)),
  toTarget(105, request.subarray(5)),
  toTarget(106, headers(3, GET, { end: true }), headers(5, GET, { end: true })),
  fromTarget(110, headers(3, OK, { end: true }), headers(1, OK)),
  fromTarget(111, data(1, '{}', { end: true }), reset(5, 8)),
];

it('over HTTP/2, an exchange ends with its stream, and a set-up lasts until the settings of the target', () => {
  assert.deepEqual(http2Exchanges(SEGMENTS, TARGET), {
    exchanges: [
      { port: CLIENT, stream: 1, sentMs: 105, answeredMs: 111 },
      { port: CLIENT, stream: 3, sentMs: 106, answeredMs: 110 },
      { port: CLIENT, stream: 5, sentMs: 106 },
    ],
    setUps: [{ port: CLIENT, fromMs: 100, toMs: 103 }],
  });
});

describe('what was on the wire', () => {
  const entry = (n: number, stream: number) => ({ n, port: CLIENT, stream, receivedMs: 8 });

  it('has the numbers of the log, and times since the start of the load', () => {
    const log = [entry(0, 1), entry(2, 3), entry(1, 5)];
    assert.deepEqual(wireOf(SEGMENTS, TARGET, 100, log), {
      requests: [
        { n: 0, port: CLIENT, sentMs: 5, takenUpMs: 8, answeredMs: 11 },
        { n: 2, port: CLIENT, sentMs: 6, takenUpMs: 8, answeredMs: 10 },
        { n: 1, port: CLIENT, sentMs: 6, takenUpMs: 8 },
      ],
      setUps: [{ port: CLIENT, fromMs: 0, toMs: 3 }],
    });
  });

  it('has every request of the log', () => {
    assert.throws(() => wireOf(SEGMENTS, TARGET, 100, [entry(0, 1), entry(9, 9)]), /1 of 2 requests of the log/);
  });
});
