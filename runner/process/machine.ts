import { arch, cpus, release, totalmem, type } from 'node:os';
import { shownLine } from '../../api/common/shown/text.ts';

/** The machine, or the node of a pod, on which numbers are measured: "2 x Xeon, 31.3 GiB, x64, Linux 6.1.0, Node 26.10.0". */
export function machine(): string {
  const all = cpus();
  const memory = `${Number((totalmem() / 2 ** 30).toFixed(1))} GiB`;
  const system = `${type()} ${release()}, Node ${process.versions.node}`;
  return `${all.length} x ${shownLine(all[0]?.model ?? '') || 'CPU'}, ${memory}, ${arch()}, ${system}`.slice(0, 256);
}
