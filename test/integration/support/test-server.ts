import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type ApiResponse, type Call, connectTo } from '../../cluster/api-client.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/components/control-plane.ts';
import { borrowControlPlane } from '../../cluster/components/shared-control-planes.ts';
import { until } from '../../cluster/system/wait.ts';

const CRDS = join(import.meta.dirname, '../../../crds');

/** A real API server with the CRDs. */
export interface TestServer extends ControlPlane {
  call(call: Call): Promise<ApiResponse>;
}

/** A client of a control plane's administrator; its `stop` also stops the control plane. */
function connect(controlPlane: ControlPlane): TestServer {
  const { call, close } = connectTo(controlPlane.kubeconfig);
  const stop = async () => {
    await close();
    await controlPlane.stop();
  };
  return { ...controlPlane, call, stop };
}

/** Installs the CRDs of `crds/` in a control plane that will be shared. */
export async function prepareControlPlane(controlPlane: ControlPlane): Promise<void> {
  const server = connect({ ...controlPlane, stop: async () => {} });
  await installCrds(server);
  await server.stop();
}

/**
 * A control plane with the CRDs of `crds/`: one that the files of the tier use one after another, or, in a file that runs alone, a new one.
 * `isOwn`: always a new one, for a test that changes what a whole cluster admits.
 */
export async function startTestServer({ isOwn } = { isOwn: false }): Promise<TestServer> {
  const shared = isOwn ? undefined : await borrowControlPlane();
  if (shared !== undefined) return connect(shared);
  const server = connect(await startControlPlane());
  try {
    await installCrds(server);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function installCrds({ call }: TestServer): Promise<void> {
  for (const file of readdirSync(CRDS)) {
    const crd = parse(readFileSync(join(CRDS, file), 'utf8')) as { metadata: { name: string } };
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd.metadata.name}`;
    const applied = await call({
      method: 'PATCH',
      path,
      query: { fieldManager: 'test', fieldValidation: 'Strict' },
      contentType: 'application/apply-patch+yaml',
      body: crd,
    });
    if (applied.code >= 300) throw new Error(`${file}: ${applied.body.message}`);
    const established = async () => {
      const { body } = await call({ method: 'GET', path });
      const { conditions = [] } = body.status as { conditions?: { type: string; status: string }[] };
      return conditions.some((c) => c.type === 'Established' && c.status === 'True') || undefined;
    };
    await until(`${crd.metadata.name} to be served`, established, { timeoutMs: 30_000 });
  }
}
