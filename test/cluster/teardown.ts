import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { deleteNetwork } from './components/network.ts';
import { deleteCgroups } from './system/cgroups.ts';
import { clusterName, type NodeLayout, nodeLayout, nodeNumbers, runDir, stateDir } from './system/layout.ts';
import { killAndWait, Processes, type ProcessRecord, recordOf, statOf } from './system/processes.ts';
import { run } from './system/run.ts';

/** A process in /proc. */
export interface Process {
  pid: number;
  parent: number;
  /** The program and its arguments. */
  command: readonly string[];
}

/** The shims of the cluster's containerd, identified by the socket in their arguments, and all their descendants. */
export function containerProcesses(all: readonly Process[], socket: string): number[] {
  const isShim = ({ command }: Process) =>
    (command[0] ?? '').includes('containerd-shim') && command[command.indexOf('-address') + 1] === socket;
  const found = new Set(all.filter(isShim).map((process) => process.pid));
  // In rounds, because a child may precede its parent.
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

/** Kills the processes of a node's containers. */
export async function killContainers({ containerdSocket }: NodeLayout): Promise<void> {
  // Repeated until none is left, because a starting container may have been missed.
  for (;;) {
    const pids = containerProcesses(allProcesses(), containerdSocket);
    if (pids.length === 0) return;
    const records = pids.map((pid) => recordOf(`container process ${pid}`, pid));
    await killAndWait(records.filter((record): record is ProcessRecord => record !== undefined));
  }
}

/** Deletes the sockets of killed shims. containerd stores their paths with each container. */
function deleteShimSockets(node: NodeLayout): void {
  const bundles = join(node.runDir, 'containerd', 'io.containerd.runtime.v2.task', 'k8s.io');
  if (!existsSync(bundles)) return;
  for (const id of readdirSync(bundles)) {
    const file = join(bundles, id, 'address');
    if (existsSync(file)) rmSync(readFileSync(file, 'utf8').replace('unix://', ''), { force: true });
  }
}

/** The ids of the cluster's pod sandboxes, from the names of the CNI library's files. Those for loopback do not name their cluster. */
export function podsOfResults(names: readonly string[]): string[] {
  const ids = names
    .map((name) => /^(.*)-([0-9a-f]{64})-eth0$/.exec(name))
    .filter((match) => match?.[1] === clusterName);
  return ids.flatMap((match) => match?.[2] ?? []);
}

/** Deletes the files that kubelet and the CNI library leave in fixed folders. */
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

/** Stops a node and deletes everything that it left on this machine. */
export async function tearDownNode(node: NodeLayout): Promise<void> {
  await new Processes(join(node.runDir, 'processes'), []).stop();
  await killContainers(node);
  deleteShimSockets(node);
  await unmount([node.stateDir, node.runDir]);
  await deleteCgroups(node.cgroupRoot);
  await deleteNetwork(node);
  for (const dir of [node.runDir, node.stateDir]) rmSync(dir, { recursive: true, force: true });
}

/** Stops and deletes everything that `up` created, even after a reboot or an interrupted `up`. */
export async function tearDown(): Promise<void> {
  await new Processes(join(runDir, 'processes'), []).stop();
  for (const number of nodeNumbers) await tearDownNode(nodeLayout(number));
  deleteStrays();
  for (const dir of [runDir, stateDir]) rmSync(dir, { recursive: true, force: true });
}
