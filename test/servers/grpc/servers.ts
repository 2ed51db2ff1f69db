import { join } from 'node:path';
import { cached, contentHash } from '../../cluster/build/cache.ts';
import { findGo } from '../../cluster/build/toolchain.ts';
import { run } from '../../cluster/system/run.ts';
import { pythonWith } from '../python.ts';
import { freePorts, type Running, start } from '../running.ts';

const here = import.meta.dirname;

/** The program of grpc-go's server, built from the Go module proxy. */
export async function buildGoServer(): Promise<string> {
  const inputs = ['main.go', 'go.mod', 'go.sum'].map((file) => contentHash(join(here, file)).slice(0, 8));
  return cached(`grpc-go-server-${inputs.join('-')}`, async (path) => {
    const go = await findGo(() => {});
    await run([go, 'build', '-trimpath', '-o', path, '.'], { cwd: here, env: { CGO_ENABLED: '0' } });
  });
}

/** grpc-go's server at `port`, with or without reflection. At the second port it tells by HTTP how many calls of each method it has received. */
export async function goServer(
  reflection: 'reflection' | 'plain',
  ...ports: [port: number, countsPort?: number]
): Promise<Running> {
  const [address = '', ...counts] = ports.map((port) => `127.0.0.1:${port}`);
  return start([await buildGoServer(), address, reflection, ...counts], ports as number[]);
}

/** A server by Python's grpcio, whose responses are compressed. */
export async function pythonServer(): Promise<Running & { port: number }> {
  const python = await pythonWith('grpcio', ['grpcio-tools==1.76.0']);
  const [port] = await freePorts(1);
  const protos = join(here, '../../support/grpc');
  return { ...(await start([python, join(here, 'server.py'), String(port), protos], [port!])), port: port! };
}
