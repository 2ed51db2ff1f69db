import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const PROGRAM = join(import.meta.dirname, '../../../../support/few-ports.ts');
const NAMESPACE = 'ip link set lo up && sysctl -qw net.ipv4.ip_local_port_range="40000 40009" && exec "$0" "$@"';

/** Runs the program in a new network namespace with ten ports per address. */
function withFewPorts(http: object): { done: number; kinds: Record<string, number> } {
  const command = ['-n', 'sh', '-c', NAMESPACE, process.execPath, PROGRAM, JSON.stringify(http)];
  return JSON.parse(execFileSync('unshare', command, { encoding: 'utf8' }));
}

const skip = process.getuid?.() !== 0 && 'a network namespace needs root';
const localAddresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
const TRANSPORTS: [name: string, http: object][] = [
  ['Lean', { transport: 'Lean' }],
  ['Undici', { transport: 'Undici' }],
  ['HTTP/2', { version: 'HTTP2', connections: 25 }],
];
for (const [name, http] of TRANSPORTS) {
  test(`${name}: without a free port, connections fail as PortsExhausted`, { skip }, () => {
    assert.deepEqual(withFewPorts(http), { done: 10, kinds: { PortsExhausted: 15 } });
    const two = withFewPorts({ ...http, localAddresses: localAddresses.slice(1) });
    assert.deepEqual(two, { done: 20, kinds: { PortsExhausted: 5 } });
  });
  test(`${name}: a local address without a free port is skipped`, { skip }, () => {
    assert.deepEqual(withFewPorts({ ...http, localAddresses }), { done: 25, kinds: {} });
  });
}
