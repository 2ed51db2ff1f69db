import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { type Segment, segmentsOf } from './packets.ts';

/**
 * Captures the traffic of a port on loopback with tcpdump, from now on until the returned function is called, which returns what was sent. On
 * loopback, the kernel stamps a segment within the sender's call of write. Needs root.
 */
export async function capture(tcpdump: string, core: number, port: number): Promise<() => Promise<Segment[]>> {
  const options = ['-i', 'lo', '-B', '16384', '--immediate-mode', '--time-stamp-precision', 'nano', '-w', '-', '-U'];
  const child = spawn('taskset', ['-c', String(core), tcpdump, ...options, 'tcp', 'port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const captured = buffer(child.stdout);
  await once(child.stderr, 'data'); // "listening on lo"
  child.stderr.resume();
  return async () => {
    child.kill('SIGINT');
    return segmentsOf(await captured);
  };
}
