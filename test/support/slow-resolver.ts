import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { realLoad, realSpec } from './real-load.ts';

// Runs in network and mount namespaces: sends one request to a name that resolves after 700 ms, and prints its outcome. The arguments are
// `target.dns` and `target.http` as JSON.
const [dns, http] = process.argv.slice(2);
const A = 1;

/** The response to a DNS query (RFC 1035, section 4): 127.0.0.1 for type A, no address for other types. */
function responseTo(query: Buffer): Buffer {
  const nameEnd = query.indexOf(0, 12) + 1;
  const isA = query.readUInt16BE(nameEnd) === A;
  const head = Buffer.from(query.subarray(0, 12));
  head.set([0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0], 2);
  const address = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([head, query.subarray(12, nameEnd + 4), isA ? address : Buffer.alloc(0)]);
}

let questions = 0;
const resolver = createSocket('udp4', async (query, { port, address }) => {
  questions++;
  await sleep(700);
  resolver.send(responseTo(query), port, address);
});
resolver.bind(53, '127.0.0.1');
const server = createServer((_, response) => void response.end('ok')).listen(80, '127.0.0.1');
await Promise.all([once(resolver, 'listening'), once(server, 'listening')]);

const load = { type: 'Closed', closed: { users: 1, iterations: 1 } };
const target = { url: 'http://target.test', timeout: '5000ms', dns, http: JSON.parse(http ?? '{}') };
const { counts, responseTime } = await realLoad(realSpec({ target, load }), new Map());
console.log(JSON.stringify({ done: counts.done, responseMs: (responseTime.max ?? 0) / 1e3, questions }));
process.exit();
