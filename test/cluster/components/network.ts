import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bridge, clusterName, enterNode, firstNode, linkOf, type NodeLayout } from '../system/layout.ts';
import { run } from '../system/run.ts';

/** The CNI configuration of a node's pods: one bridge, and addresses allocated in files. */
export function renderCniConfig(node: NodeLayout): string {
  return JSON.stringify({
    cniVersion: '0.4.0',
    name: clusterName,
    plugins: [
      {
        type: 'bridge',
        bridge,
        isGateway: true,
        hairpinMode: true,
        ipam: {
          type: 'host-local',
          dataDir: join(node.stateDir, 'cni-networks'),
          ranges: [[{ subnet: node.network }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });
}

/**
 * Creates the network namespace of the first node and the control plane, from which no packet leaves this machine. It also creates the bridge,
 * because kubelet requires the address of its node to exist.
 */
export async function createNetwork(): Promise<void> {
  await createNodeNetwork(firstNode);
  // kube-proxy and kubelet need the interface of a default route; packets for other networks end here.
  await run(enterNode(firstNode)(['ip', 'route', 'add', 'default', 'dev', bridge]));
}

/** Creates the network namespace of another node, and the link that connects its pods with those of the first. */
export async function joinNetwork(node: NodeLayout): Promise<void> {
  await createNodeNetwork(node);
  const { name, near, far } = linkOf(node);
  const at = (on: NodeLayout, ...args: string[]) => run(enterNode(on)(['ip', ...args]));
  const ends = ['link', 'add', name, 'netns', firstNode.netnsName, 'type', 'veth'];
  await run(['ip', ...ends, 'peer', 'name', 'uplink', 'netns', node.netnsName]);
  await at(firstNode, 'addr', 'add', `${near}/30`, 'dev', name);
  await at(node, 'addr', 'add', `${far}/30`, 'dev', 'uplink');
  await at(firstNode, 'link', 'set', name, 'up');
  await at(node, 'link', 'set', 'uplink', 'up');
  await at(firstNode, 'route', 'add', node.network, 'via', far);
  await at(node, 'route', 'add', 'default', 'via', near);
}

async function createNodeNetwork(node: NodeLayout): Promise<void> {
  await run(['ip', 'netns', 'add', node.netnsName]);
  const ip = (...args: string[]) => run(enterNode(node)(['ip', ...args]));
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', bridge, 'type', 'bridge');
  await ip('addr', 'add', `${node.ip}/${node.network.split('/')[1]}`, 'dev', bridge);
  await ip('link', 'set', bridge, 'up');
  // Packets between pods on the same bridge must pass iptables; otherwise responses of a Service have the wrong source address.
  const sysctls = ['ipv4/ip_forward', 'bridge/bridge-nf-call-iptables'].map((key) => `echo 1 > /proc/sys/net/${key}`);
  const load = '[ -e /proc/sys/net/bridge ] || modprobe br_netfilter';
  await run(enterNode(node)(['sh', '-ec', [load, ...sysctls].join('\n')]));
  const cni = join(node.stateDir, 'cni');
  mkdirSync(cni, { recursive: true });
  writeFileSync(join(cni, '10-bridge.conflist'), renderCniConfig(node));
}

export async function deleteNetwork({ netnsName }: NodeLayout): Promise<void> {
  const names = (await run(['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0]);
  if (names.includes(netnsName)) await run(['ip', 'netns', 'delete', netnsName]);
}
