import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../system/lock.ts';
import { isAlive, type ProcessRecord, recordOf } from '../system/processes.ts';
import { until } from '../system/wait.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type EtcdState, restore, settledState } from './etcd-state.ts';

/** The folders of the control planes that the files of a tier share, for the processes of the files. */
const VARIABLE = 'LOADTEST_CONTROL_PLANES';
/** As long as a file may take. */
const BORROWED_WITHIN_MS = 10 * 60_000;

type Shared = Pick<ControlPlane, 'dir' | 'kubeconfig' | 'server' | 'etcd'>;

const stateFile = ({ dir }: Shared) => join(dir, 'state.json');
const borrowerFile = ({ dir }: Shared) => join(dir, 'borrower.json');

function borrowerOf(plane: Shared): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(borrowerFile(plane), 'utf8'));
  } catch {
    return undefined;
  }
}

const saveState = (plane: Shared, state: EtcdState) => writeFileSync(stateFile(plane), JSON.stringify([...state]));

async function startShared(prepare: (plane: ControlPlane) => Promise<void>, started: ControlPlane[]): Promise<void> {
  const plane = await startControlPlane();
  started.push(plane);
  await prepare(plane);
  saveState(plane, await settledState(plane.etcd));
}

/**
 * Starts control planes, which processes that `body` starts can borrow one after another. `prepare` brings a new one into the state in which each
 * borrower gets it.
 */
export async function withSharedControlPlanes<T>(
  count: number,
  prepare: (plane: ControlPlane) => Promise<void>,
  body: () => Promise<T>,
): Promise<T> {
  const started: ControlPlane[] = [];
  try {
    const results = await Promise.allSettled(Array.from({ length: count }, () => startShared(prepare, started)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    const planes = started.map(({ dir, kubeconfig, server, etcd }): Shared => ({ dir, kubeconfig, server, etcd }));
    process.env[VARIABLE] = JSON.stringify(planes);
    return await body();
  } finally {
    delete process.env[VARIABLE];
    for (const plane of started) await plane.stop();
  }
}

/** Marks a control plane as borrowed by this process unless a process that runs has it. */
function take(plane: Shared): boolean {
  const borrower = borrowerOf(plane);
  if (borrower !== undefined && isAlive(borrower)) return false;
  writeFileSync(borrowerFile(plane), JSON.stringify(recordOf('borrower', process.pid)));
  return true;
}

/** Brings a control plane back to its first state. */
async function reset(plane: Shared): Promise<void> {
  const state: EtcdState = new Map(JSON.parse(readFileSync(stateFile(plane), 'utf8')));
  await restore(plane.etcd, state);
  saveState(plane, state);
}

/**
 * A shared control plane, which is this process's until `stop` and has nothing of earlier borrowers; undefined if there are none to share. Waits
 * for a free one.
 */
export async function borrowControlPlane(): Promise<ControlPlane | undefined> {
  const planes: Shared[] = JSON.parse(process.env[VARIABLE] ?? '[]');
  const [first] = planes;
  if (first === undefined) return undefined;
  const plane = await until(
    'a free control plane',
    () => withLock(join(first.dir, 'borrow.lock'), async () => planes.find(take)),
    { timeoutMs: BORROWED_WITHIN_MS },
  );
  // Also what a killed process has left.
  await reset(plane);
  const stop = async () => {
    // Here, and not only for the next one, so that the controllers have time to see it.
    await reset(plane);
    rmSync(borrowerFile(plane));
  };
  return { ...plane, stop };
}
