import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bridge, clusterName, cniConfigDir, cniNetworksDir, enterCluster, nodeIp, podNetwork } from './layout.ts';
import { run } from './run.ts';

/** The network of the pods: one bridge, addresses handed out by files. */
export function renderCniConfig(): string {
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
          dataDir: cniNetworksDir,
          ranges: [[{ subnet: podNetwork }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });
}

/**
 * Makes the network namespace that the whole cluster lives in, so that nothing a test does can leave this machine,
 * and the bridge beforehand, because kubelet wants to find its node's address.
 */
export async function createNetwork(): Promise<void> {
  await run(['ip', 'netns', 'add', clusterName]);
  const ip = (...args: string[]) => run(enterCluster(['ip', ...args]));
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', bridge, 'type', 'bridge');
  await ip('addr', 'add', `${nodeIp}/${podNetwork.split('/')[1]}`, 'dev', bridge);
  await ip('link', 'set', bridge, 'up');
  // kube-proxy and kubelet ask for the default route's interface; packets for elsewhere end here.
  await ip('route', 'add', 'default', 'dev', bridge);
  // Answers to a Service's clients on the same bridge must pass iptables, or they arrive from the wrong address.
  const sysctls = ['ipv4/ip_forward', 'bridge/bridge-nf-call-iptables'].map((key) => `echo 1 > /proc/sys/net/${key}`);
  const load = '[ -e /proc/sys/net/bridge ] || modprobe br_netfilter';
  await run(enterCluster(['sh', '-ec', [load, ...sysctls].join('\n')]));
  mkdirSync(cniConfigDir, { recursive: true });
  writeFileSync(join(cniConfigDir, '10-bridge.conflist'), renderCniConfig());
}

export async function deleteNetwork(): Promise<void> {
  const names = (await run(['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0]);
  if (names.includes(clusterName)) await run(['ip', 'netns', 'delete', clusterName]);
}
