import { KubeConfig, type RequestContext } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';

/**
 * A KubeConfig whose requests share one dispatcher, and so their connections: the library makes a new one for every request,
 * each with a TLS connection of its own (kubernetes-client/javascript#2893).
 */
export class SharedKubeConfig extends KubeConfig {
  #shared: Dispatcher | undefined;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    this.#shared ??= context.getDispatcher();
    if (this.#shared !== undefined) context.setDispatcher(this.#shared);
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#shared?.destroy();
  }
}

/** The cluster that `path` names, or without it the one of $KUBECONFIG, ~/.kube/config or the pod that we run in. */
export function loadKubeConfig(path?: string): SharedKubeConfig {
  const config = new SharedKubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  return config;
}
