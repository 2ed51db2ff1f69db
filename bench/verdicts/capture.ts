import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type Segment, segmentsOf } from './packets.ts';

/** Sent to the port last: what came before it is captured when it is. */
const LAST = 'the end of the capture';

/**
 * Captures the traffic of a port on loopback with tcpdump, from now on until the returned function is called, which returns what was sent. On
 * loopback, the kernel stamps a segment within the sender's call of write. Needs root.
 */
export async function capture(tcpdump: string, core: number, port: number): Promise<() => Promise<Segment[]>> {
  const options = ['-i', 'lo', '-B', '65536', '--time-stamp-precision', 'nano', '-w', '-', '-U'];
  const child = spawn('taskset', ['-c', String(core), tcpdump, ...options, 'tcp', 'port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child.stderr, 'data'); // "listening on lo"
  child.stderr.resume();
  return async () => {
    const last = connect(port, '127.0.0.1');
    last.on('error', () => {}); // the target takes it for a malformed request
    last.end(LAST);
    while (!Buffer.concat(chunks.slice(-2)).includes(LAST)) await once(child.stdout, 'data');
    child.kill('SIGINT');
    return segmentsOf(Buffer.concat(chunks)).filter(({ bytes }) => !bytes.includes(LAST));
  };
}
