import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { type ControlPlane, startControlPlane } from '../../cluster/components/control-plane.ts';
import { until } from '../../cluster/system/wait.ts';

const CRDS = join(import.meta.dirname, '../../../crds');

/** One field that a rejection names. */
export interface Cause {
  field?: string;
  reason?: string;
  message?: string;
}

/** A response of the API server. */
export interface ApiResponse {
  code: number;
  /** The object, or a metav1.Status that describes the failure. */
  body: Record<string, unknown> & { message?: string; details?: { causes?: Cause[] } };
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  accept?: string;
}

/** A real API server with the CRDs. */
export interface TestServer extends ControlPlane {
  call(call: Call): Promise<ApiResponse>;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

/** Starts a control plane and installs the CRDs of `crds/`. */
export async function startTestServer(): Promise<TestServer> {
  const controlPlane = await startControlPlane();
  const { clusters, users } = parse(readFileSync(controlPlane.kubeconfig, 'utf8')) as Kubeconfig;
  const pem = (base64: string) => Buffer.from(base64, 'base64').toString();
  const { cluster } = clusters[0]!;
  const { user } = users[0]!;
  const dispatcher = new Agent({
    connect: {
      ca: pem(cluster['certificate-authority-data']),
      cert: pem(user['client-certificate-data']),
      key: pem(user['client-key-data']),
    },
  });

  const call = async ({ method, path, query = {}, body, contentType, accept }: Call): Promise<ApiResponse> => {
    const response = await request(`${cluster.server}${path}?${new URLSearchParams(query)}`, {
      method,
      dispatcher,
      headers: { 'content-type': contentType ?? 'application/json', accept: accept ?? 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { code: response.statusCode, body: (await response.body.json()) as ApiResponse['body'] };
  };
  const stop = async () => {
    await dispatcher.close();
    await controlPlane.stop();
  };
  const server = { ...controlPlane, call, stop };
  try {
    await installCrds(server);
    return server;
  } catch (error) {
    await stop();
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
