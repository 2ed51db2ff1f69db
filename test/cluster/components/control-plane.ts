import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaries } from '../build/binaries.ts';
import { controlPlaneTools, installPackages, missingPackages } from '../build/packages.ts';
import { isAlive, Processes } from '../system/processes.ts';
import { launchControlPlane } from './apiserver.ts';

/** A running API server with etcd and controllers, but no node: objects are real, but pods never start. */
export interface ControlPlane {
  /** The folder with all of its files, which `stop` deletes. */
  dir: string;
  /** Path of an administrator's kubeconfig. */
  kubeconfig: string;
  /** URLs of the API server and of etcd. */
  server: string;
  etcd: string;
  stop(): Promise<void>;
}

/** Finds a free port. Another process may take it before it is used. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const dirPrefix = join(tmpdir(), 'loadtest-controlplane-');

/** Deletes the files of control planes whose process was killed: about 100 MB each. */
function deleteLeftovers(): void {
  for (const dir of globSync(`${dirPrefix}*`)) {
    try {
      const records = new Processes(join(dir, 'run'), []).records();
      if (records.length > 0 && !records.some(isAlive)) rmSync(dir, { recursive: true, force: true });
    } catch {
      // It belongs to another user, or is being deleted.
    }
  }
}

async function startOnce(bin: string): Promise<ControlPlane> {
  const dir = mkdtempSync(dirPrefix);
  // The kernel kills them when this process ends for any reason.
  const processes = new Processes(join(dir, 'run'), ['setpriv', '--pdeathsig', 'KILL']);
  const stop = async () => {
    await processes.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  const ports = { etcd: await freePort(), etcdPeer: await freePort(), api: await freePort() };
  try {
    const place = { bin, dir, processes, ports, address: '127.0.0.1', hasNodes: false };
    const { kubeconfig, server } = await launchControlPlane({ ...place, enter: (command) => command });
    return { dir, kubeconfig, server, etcd: `http://127.0.0.1:${ports.etcd}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Starts a separate control plane on loopback, on free ports, without root. It ends with `stop`, or at the latest with the calling process.
 */
export async function startControlPlane(log: (line: string) => void = () => {}): Promise<ControlPlane> {
  await installPackages(missingPackages(controlPlaneTools), log);
  const bin = await binaries('controlPlane', log);
  deleteLeftovers();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(bin);
    } catch (error) {
      // Another process may have taken a port since it was found free.
      if (attempt === 3 || !String(error).includes('address already in use')) throw error;
    }
  }
}
