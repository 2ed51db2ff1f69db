import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';

/**
 * A KubeConfig whose requests share one dispatcher and its connections. The library creates a dispatcher for every request, each with a
 * TLS connection of its own (kubernetes-client/javascript#2893).
 */
export class SharedKubeConfig extends KubeConfig {
  #shared: Dispatcher | undefined;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    this.#shared ??= context.getDispatcher();
    if (this.#shared !== undefined) context.setDispatcher(this.#shared);
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.#shared?.destroy();
  }
}

/** The cluster of the kubeconfig at `path`; by default that of $KUBECONFIG, ~/.kube/config or this pod. */
export function loadKubeConfig(path?: string): SharedKubeConfig {
  const config = new SharedKubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  return config;
}
