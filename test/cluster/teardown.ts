import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deleteCgroups } from './cgroups.ts';
import { clusterName, type NodePlace, nodeNumbers, nodePlace, runDir, stateDir } from './layout.ts';
import { deleteNetwork } from './network.ts';
import { killAndWait, Processes, type ProcessRecord, recordOf, statOf } from './processes.ts';
import { run } from './run.ts';

/** A process as the kernel shows it. */
export interface Process {
  pid: number;
  parent: number;
  /** Its arguments. */
  command: readonly string[];
}

/** The shims of our containerd, known by our socket's path in their arguments, and all that descends from them. */
export function containerProcesses(all: readonly Process[], socket: string): number[] {
  const isShim = ({ command }: Process) =>
    (command[0] ?? '').includes('containerd-shim') && command[command.indexOf('-address') + 1] === socket;
  const found = new Set(all.filter(isShim).map((process) => process.pid));
  // In rounds, as a child may stand before its parent.
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const process of all) if (found.has(process.parent)) found.add(process.pid);
  }
  return [...found];
}

/** The mount points at or below the folders, innermost first, from /proc/self/mountinfo. */
export function mountsBelow(mountinfo: string, dirs: readonly string[]): string[] {
  return mountinfo
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((point) => dirs.some((dir) => point === dir || point.startsWith(`${dir}/`)))
    .reverse();
}

function allProcesses(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    const pid = Number(name);
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return [{ pid, parent: statOf(pid)?.parent ?? 0, command }];
    } catch {
      return [];
    }
  });
}

/** Ends a node's containers. */
export async function killContainers({ containerdSocket }: NodePlace): Promise<void> {
  // Again until none is left: a container that was about to start may have been missed.
  for (;;) {
    const pids = containerProcesses(allProcesses(), containerdSocket);
    if (pids.length === 0) return;
    const records = pids.map((pid) => recordOf(`container process ${pid}`, pid));
    await killAndWait(records.filter((record): record is ProcessRecord => record !== undefined));
  }
}

/** The sockets of killed shims, which they would have removed themselves; containerd keeps their paths with each container. */
function deleteShimSockets(node: NodePlace): void {
  const bundles = join(node.runDir, 'containerd', 'io.containerd.runtime.v2.task', 'k8s.io');
  if (!existsSync(bundles)) return;
  for (const id of readdirSync(bundles)) {
    const file = join(bundles, id, 'address');
    if (existsSync(file)) rmSync(readFileSync(file, 'utf8').replace('unix://', ''), { force: true });
  }
}

/** The ids of our pods' sandboxes in the names of the CNI library's files; loopback's alone do not say whose they are. */
export function podsOfResults(names: readonly string[]): string[] {
  const ids = names
    .map((name) => /^(.*)-([0-9a-f]{64})-eth0$/.exec(name))
    .filter((match) => match?.[1] === clusterName);
  return ids.flatMap((match) => match?.[2] ?? []);
}

/** What kubelet and the CNI library leave in folders that cannot be configured. */
function deleteStrays(): void {
  const links = '/var/log/containers';
  for (const name of existsSync(links) ? readdirSync(links) : []) {
    const link = join(links, name);
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link).startsWith(stateDir)) rmSync(link);
  }
  const results = '/var/lib/cni/results';
  const pods = existsSync(results) ? podsOfResults(readdirSync(results)) : [];
  for (const id of pods) {
    for (const name of [`${clusterName}-${id}-eth0`, `cni-loopback-${id}-lo`])
      rmSync(join(results, name), { force: true });
  }
}

async function unmount(dirs: readonly string[]): Promise<void> {
  for (const point of mountsBelow(readFileSync('/proc/self/mountinfo', 'utf8'), dirs)) await run(['umount', point]);
}

/** Ends a node and deletes what it left on this machine. */
export async function tearDownNode(node: NodePlace): Promise<void> {
  await new Processes(join(node.runDir, 'processes'), []).stop();
  await killContainers(node);
  deleteShimSockets(node);
  await unmount([node.stateDir, node.runDir]);
  await deleteCgroups(node.cgroupRoot);
  await deleteNetwork(node);
  for (const dir of [node.runDir, node.stateDir]) rmSync(dir, { recursive: true, force: true });
}

/** Ends and deletes everything that `up` made, also after a reboot or an `up` that was cut off half-way. */
export async function tearDown(): Promise<void> {
  await new Processes(join(runDir, 'processes'), []).stop();
  for (const number of nodeNumbers) await tearDownNode(nodePlace(number));
  deleteStrays();
  for (const dir of [runDir, stateDir]) rmSync(dir, { recursive: true, force: true });
}
