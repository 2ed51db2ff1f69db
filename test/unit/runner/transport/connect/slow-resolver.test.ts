import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const PROGRAM = join(import.meta.dirname, '../../../../support/slow-resolver.ts');
const folder = mkdtempSync(join(tmpdir(), 'loadtest-resolver-'));
after(() => rmSync(folder, { recursive: true }));
const resolvConf = join(folder, 'resolv.conf');
writeFileSync(resolvConf, 'nameserver 127.0.0.1\n');
const NAMESPACE = 'mount --bind "$1" /etc/resolv.conf && ip link set lo up && shift && exec "$@"';

/** Runs the program in new namespaces whose only resolver takes 700 ms. */
function withSlowResolver(dns: string, http: object): { done: number; responseMs: number; questions: number } {
  const program = [process.execPath, PROGRAM, dns, JSON.stringify(http)];
  return JSON.parse(
    execFileSync('unshare', ['-n', '-m', 'sh', '-c', NAMESPACE, 'sh', resolvConf, ...program], { encoding: 'utf8' }),
  );
}

const skip = process.getuid?.() !== 0 && 'a network namespace needs root';
const TRANSPORTS: [name: string, http: object][] = [
  ['Lean', { transport: 'Lean' }],
  ['Undici', { transport: 'Undici' }],
];
for (const [name, http] of TRANSPORTS) {
  test(`${name}: with dns Once, the lookup ends before the load and is not part of a response time`, { skip }, () => {
    const { done, responseMs, questions } = withSlowResolver('Once', http);
    assert.deepEqual({ done, questions }, { done: 1, questions: 2 }, 'one each for IPv4 and IPv6');
    assert.ok(responseMs < 500, `${responseMs} ms`);
  });
  test(`${name}: with dns PerConnection, the lookup is part of the response time`, { skip }, () => {
    const { done, responseMs, questions } = withSlowResolver('PerConnection', http);
    assert.deepEqual({ done, questions }, { done: 1, questions: 2 });
    assert.ok(responseMs >= 700, `${responseMs} ms`);
  });
}
