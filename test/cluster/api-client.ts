import { Agent, request } from 'undici';
import { readKubeconfig } from './components/kubeconfig.ts';

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

/** Calls an API server from this process: a poll by kubectl would take more of the machine than most of what it waits for. */
export interface ApiClient {
  /** Rejects without a response; a refusal is a response. */
  call(call: Call): Promise<ApiResponse>;
  close(): Promise<void>;
}

/** A client with the server and the user of a kubeconfig. Its idle connections let the process end. */
export function connectTo(kubeconfig: string): ApiClient {
  const { server, headers, ...credentials } = readKubeconfig(kubeconfig);
  const dispatcher = new Agent({ connect: credentials });
  return {
    async call({ method, path, query = {}, body, contentType, accept }) {
      const response = await request(`${server}${path}?${new URLSearchParams(query)}`, {
        method,
        dispatcher,
        headers: {
          ...headers,
          'content-type': contentType ?? 'application/json',
          accept: accept ?? 'application/json',
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return { code: response.statusCode, body: (await response.body.json()) as ApiResponse['body'] };
    },
    close: () => dispatcher.close(),
  };
}
