import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeIp, stateDir } from '../system/layout.ts';
import type { Processes } from '../system/processes.ts';

/** CoreDNS's configuration: it resolves Services, and returns NXDOMAIN at once for any other name. */
export function renderCorefile(kubeconfig: string): string {
  return `cluster.local:53 in-addr.arpa:53 {
  bind ${nodeIp}
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${kubeconfig}
    pods insecure
    # A Service must resolve immediately after a test has created it.
    ttl 1
  }
}
.:53 {
  bind ${nodeIp}
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;
}

/** Starts CoreDNS on the node's address, as a process, so that it needs no image and runs before the first pod. */
export function launchDns(processes: Processes, coredns: string, kubeconfig: string): void {
  const corefile = join(stateDir, 'Corefile');
  writeFileSync(corefile, renderCorefile(kubeconfig));
  processes.start('coredns', [coredns, '-conf', corefile]);
}

/** CoreDNS's readiness endpoint: success once it has synchronized the cluster's Services. */
export const dnsReadyUrl = 'http://127.0.0.1:8181/ready';
