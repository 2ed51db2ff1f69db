import { setTimeout as sleep } from 'node:timers/promises';
import { clusterProcesses } from './cluster.ts';

/** Kills processes of the cluster by name, in this order, and restarts them after `downMs` in reverse order. */
export async function outage(names: readonly string[], downMs: number, meanwhile = async () => {}): Promise<void> {
  const processes = clusterProcesses();
  for (const name of names) await processes.kill(name);
  await Promise.all([sleep(downMs), meanwhile()]);
  for (const name of names.toReversed()) processes.restart(name);
}
