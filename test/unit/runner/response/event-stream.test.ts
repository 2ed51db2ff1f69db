import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../../model/common/random.ts';
import { EventStream } from '../../../../runner/response/event-stream.ts';

const ALL = { count: Number.POSITIVE_INFINITY, forUs: Number.POSITIVE_INFINITY };

const STREAMS: [sentence: string, text: string, events: number][] = [
  ['a line of data and an empty line', 'data: 1\n\n', 1],
  ['lines that end with CR LF', 'data: 1\r\n\r\ndata: 2\r\n\r\n', 2],
  ['lines that end with CR', 'data: 1\r\rdata: 2\r\r', 2],
  ['several lines of data', 'data: 1\ndata: 2\n\n', 1],
  ['data without a value', 'data\n\ndata:\n\n', 2],
  ['other fields beside the data', 'event: tick\nid: 7\ndata: x\nretry: 10\n\n', 1],
  ['a byte order mark', '\uFEFFdata: 1\n\n', 1],
  ['colons in the data', 'data: data: 1\n\n', 1],
  ['no data', 'event: tick\n\n', 0],
  ['comments alone', ': ping\n\n:data: 1\n\n', 0],
  ['fields whose names begin or end like data', 'database: 1\n\ndat: 1\n\nmydata: 1\n\n data: 1\n\n', 0],
  ['an incomplete event', 'data: 1\n', 0],
  ['empty lines', '\n\r\n\n', 0],
];

describe('a stream of events with', () => {
  for (const [sentence, text, events] of STREAMS)
    it(`${sentence} has ${events}`, () => {
      const bytes = Buffer.from(text);
      const random = seededRandom(5);
      for (let run = 0; run < 20; run++) {
        const stream = new EventStream(ALL);
        let taken = 0;
        for (let at = 0; at < bytes.length; ) {
          const to = at + 1 + Math.floor(random() * (run === 0 ? bytes.length : 4));
          taken += stream.take(bytes.subarray(at, to));
          at = to;
        }
        assert.deepEqual([taken, stream.received], [events, events]);
      }
    });

  it('more events than wanted is complete with the last wanted one', () => {
    const stream = new EventStream({ ...ALL, count: 2 });
    assert.equal(stream.take(Buffer.from('data: 1\n\ndata: 2\n\ndata: 3\n\n')), 2);
    assert.deepEqual([stream.isComplete, stream.mismatch], [true, undefined]);
  });
});

describe('the mismatch of a stream', () => {
  const ended = (limits: object, text: string, isTimeUp: boolean) => {
    const stream = new EventStream({ ...ALL, ...limits });
    stream.take(Buffer.from(text));
    if (isTimeUp) stream.timeIsUp();
    return stream.mismatch;
  };
  const ROWS: [sentence: string, limits: object, text: string, isTimeUp: boolean, mismatch: string | undefined][] = [
    ['with fewer events than wanted', { count: 3 }, 'data: 1\n\n', false, '1 event instead of 3'],
    ['with fewer events than wanted in its time', { count: 3, forUs: 5 }, '', true, '0 events instead of 3'],
    ['whose time is up', { forUs: 5 }, '', true, undefined],
    [
      'that ends before its time',
      { forUs: 5 },
      'data: 1\n\ndata\n\n',
      false,
      'the stream ended by itself after 2 events',
    ],
  ];
  for (const [sentence, limits, text, isTimeUp, mismatch] of ROWS)
    it(`${sentence} is: ${mismatch ?? 'none'}`, () => assert.equal(ended(limits, text, isTimeUp), mismatch));
});
