import { join } from 'node:path';
import { cached, contentHash } from '../../test/cluster/build/cache.ts';
import { findGo } from '../../test/cluster/build/toolchain.ts';
import { run } from '../../test/cluster/system/run.ts';
import { freePorts, start } from '../../test/servers/running.ts';
import type { Log } from '../install.ts';
import { frozen, parseLog, type Target } from '../target.ts';

const HERE = import.meta.dirname;

/** Starts the server of grpc-go on loopback without TLS, pinned to a core. `isLogged`: it keeps the times of its responses. */
export async function startGrpcTarget(core: number, log: Log, { isLogged = false } = {}): Promise<Target> {
  const program = await buildServer(log);
  const [port, control] = await freePorts(2);
  const command = [program, String(port), String(control), ...(isLogged ? ['log'] : [])];
  const server = await start(['taskset', '-c', String(core), ...command], [port!, control!]);
  const ask = async (path: string) =>
    (await fetch(`http://127.0.0.1:${control}${path}`, { headers: { connection: 'close' } })).text();
  return {
    url: `http://127.0.0.1:${port}/`,
    requests: async () => Number(await ask('/requests')),
    freeze: (ms) => frozen([server.pid], ms),
    responses: async () => parseLog(await ask('/responses')),
    close: () => server.close(),
  };
}

function buildServer(log: Log): Promise<string> {
  const inputs = ['main.go', 'go.mod', 'go.sum'].map((file) => contentHash(join(HERE, file)).slice(0, 8));
  return cached(join('bench', `grpc-server-${inputs.join('-')}`), async (path) => {
    const go = await findGo(log);
    log('building the server of grpc-go');
    await run(['nice', go, 'build', '-trimpath', '-o', path, '.'], { cwd: HERE, env: { CGO_ENABLED: '0' } });
  });
}
