import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { makeCertificates } from '../support/certificates.ts';
import type { RunningServer, ServerOptions } from './servers.ts';

const scratch = mkdtempSync(join(tmpdir(), 'loadtest-servers-'));
const running: RunningServer[] = [];
const certificates = await makeCertificates();

/** The values of a spec whose target trusts the servers by the Secret `trust`. */
export const VALUES = new Map([['Secret/trust/ca.crt', certificates.ca]]);

// Of the file, not of a suite: a suite whose tests are all filtered out by name runs no hook, and its server would hold the process.
after(async () => {
  await Promise.all(running.map((server) => server.close()));
  rmSync(scratch, { recursive: true });
});

/** Starts a server in a folder of its own, until all tests of the file are over. */
export async function serve<T extends RunningServer>(start: (options: ServerOptions) => Promise<T>): Promise<T> {
  const server = await start({ dir: mkdtempSync(join(scratch, 'server-')), certificates });
  running.push(server);
  return server;
}
