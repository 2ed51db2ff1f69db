import { join } from 'node:path';
import { buildPauseImage, type Image, importImage } from './build/images.ts';
import { joinNetwork } from './components/network.ts';
import { launchContainerd, launchNode } from './components/node.ts';
import { Authority } from './components/pki.ts';
import { enterCluster, enterNode, firstNode, linkOf, type NodeLayout, nodeLayout, stateDir } from './system/layout.ts';
import { Processes } from './system/processes.ts';
import { run } from './system/run.ts';
import { killContainers, tearDownNode } from './teardown.ts';

/** An additional node, which a test adds and removes; `up` does not manage it. */
export interface AnotherNode {
  name: string;
  /** Simulates a failure of the node: takes down its link first, then kills everything on it. */
  vanish(): Promise<void>;
  /** Stops the node, unless it has vanished, and deletes its files. The caller deletes the Node object. */
  remove(): Promise<void>;
}

function processesOf(node: NodeLayout): Processes {
  return new Processes(join(node.runDir, 'processes'), enterNode(node)([]));
}

/** Adds a node to the running cluster; resolves when it is Ready and has the images. `taints` are in kubelet's format. */
export async function addNode(
  number: number,
  images: readonly Image[],
  taints: readonly string[],
): Promise<AnotherNode> {
  const node = nodeLayout(number);
  await tearDownNode(node);
  await joinNetwork(node);
  const processes = processesOf(node);
  const pause = await buildPauseImage();
  const controlPlane = {
    authority: Authority.open(join(stateDir, 'pki')),
    kubeconfig: join(stateDir, 'admin.kubeconfig'),
    server: `https://${firstNode.ip}:6443`,
  };
  await launchContainerd(node, processes, pause.name);
  await Promise.all([
    ...[pause, ...images].map((image) => importImage(image, node)),
    launchNode(node, processes, join(stateDir, 'bin'), controlPlane, enterCluster, taints),
  ]);
  return {
    name: node.name,
    vanish: async () => {
      await run(enterCluster(['ip', 'link', 'set', linkOf(node).name, 'down']));
      await processes.stop();
      await killContainers(node);
    },
    remove: () => tearDownNode(node),
  };
}
