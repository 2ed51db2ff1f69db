/**
 * The cost of Node alone for a closed loop: any data on a connection counts as a response, and the next request is written. Nothing is parsed,
 * timed or counted. `node bench/floors/bare.ts FILE` sends the first request of the JSON spec in FILE as the engine would, and prints the cost
 * as JSON.
 */
import { readFileSync } from 'node:fs';
import { connect, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls';
import { WHOLE } from '../../model/load/engine-position.ts';
import { loadPlanOf } from '../../model/load/load-plan.ts';
import { prepareRequests } from '../../runner/request/prepare.ts';
import { serialiseRequest } from '../../runner/transport/http1/transport.ts';
import { specOf } from '../spec.ts';
import type { ToolReport } from '../tools/tool.ts';

const spec = specOf(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const url = new URL(spec.target.url);
const plan = loadPlanOf(spec, WHOLE);
if (plan.type !== 'Closed') throw new Error('bug: a closed loop only');
const [first] = prepareRequests(spec.target, spec.requests, new Map());
const request = serialiseRequest(first!, url.host);

const buffer = Buffer.allocUnsafe(64 * 1024);
const sockets: Socket[] = [];
for (let i = 0; i < plan.users; i++) {
  const send = () => {
    socket.write(request);
  };
  const callback = () => {
    send();
    return true;
  };
  const where = { host: url.hostname, port: Number(url.port), onread: { buffer, callback } satisfies OnReadOpts };
  // The types declare `onread` for plain sockets only.
  const secure: ConnectionOptions = { ...where, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] };
  const socket = url.protocol === 'https:' ? connectSecurely(secure, send) : connect(where, send);
  sockets.push(socket);
}

const cpu = process.cpuUsage();
setTimeout(() => {
  const { user, system } = process.cpuUsage(cpu);
  for (const socket of sockets) socket.destroy();
  console.log(JSON.stringify({ loadCpuMs: (user + system) / 1e3 } satisfies ToolReport));
}, plan.lengthUs / 1e3);
