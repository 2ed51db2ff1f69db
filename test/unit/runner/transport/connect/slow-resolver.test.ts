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

/** In namespaces of its own, whose only resolver takes 700 ms for an answer. */
function withSlowResolver(dns: string, http: object): { done: number; responseMs: number; questions: number } {
  const program = [process.execPath, PROGRAM, dns, JSON.stringify(http)];
  return JSON.parse(
    execFileSync('unshare', ['-n', '-m', 'sh', '-c', NAMESPACE, 'sh', resolvConf, ...program], { encoding: 'utf8' }),
  );
}

const skip = process.getuid?.() !== 0 && 'a network namespace takes root';
const WAYS: [name: string, http: object][] = [
  ['Lean', { transport: 'Lean' }],
  ['Undici', { transport: 'Undici' }],
];
for (const [name, http] of WAYS) {
  test(`${name}: a look-up Once is over before the load, and is no part of its first response`, { skip }, () => {
    const { done, responseMs, questions } = withSlowResolver('Once', http);
    assert.deepEqual({ done, questions }, { done: 1, questions: 2 }, 'one each for IPv4 and IPv6');
    assert.ok(responseMs < 500, `${responseMs} ms`);
  });
  test(`${name}: a look-up PerConnection is a part of the response that waits for it`, { skip }, () => {
    const { done, responseMs, questions } = withSlowResolver('PerConnection', http);
    assert.deepEqual({ done, questions }, { done: 1, questions: 2 });
    assert.ok(responseMs >= 700, `${responseMs} ms`);
  });
}
