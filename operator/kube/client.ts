import { HttpMethod, RequestContext } from '@kubernetes/client-node';
import { request } from 'undici';
import { parseExactJson } from '../../api/common/notation/exact-json.ts';
import type { SharedKubeConfig } from './config.ts';

/** A response of the API server that is not a success. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export function isApiError(error: unknown, ...statuses: number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status);
}

/**
 * Whether a retry may succeed: the API server was unreachable, timed out or is overloaded, or another client changed the same object.
 * Any other response stays the same until somebody acts.
 */
export function isTransient(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status >= 500 || [408, 409, 429].includes(error.status);
}

/** Whether the API server refused an object because of what it is, and not because of a quota, a policy or a webhook of the cluster. */
export function isInvalid(error: unknown): boolean {
  return isApiError(error, 400, 422) && !/denied (the )?request/.test(error.message);
}

/** Whether the API server refused an object because its namespace is being deleted. */
export function isNamespaceTerminating(error: unknown): boolean {
  return isApiError(error, 403) && error.reason === NAMESPACE_TERMINATING;
}

const NAMESPACE_TERMINATING = 'NamespaceTerminating';

export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
};

/** Receives every call with the status of its response; 0 without a response. */
export type CallObserver = (call: Call, status: number) => void;

const TIMEOUT_MS = 30_000;

/**
 * Calls the API server with plain JSON. The library's generated clients convert times to Dates in lists but not in watches, and truncate
 * the microseconds that Events need.
 */
export class KubeClient {
  readonly config: SharedKubeConfig;
  readonly #observe: CallObserver;

  constructor(config: SharedKubeConfig, observe: CallObserver = () => {}) {
    this.config = config;
    this.#observe = observe;
  }

  /** Returns the parsed response. Throws an ApiError if it is not a success. */
  async call(call: Call): Promise<unknown> {
    const server = this.config.getCurrentCluster()?.server;
    if (server === undefined) throw new Error('the kubeconfig names no cluster');
    const context = new RequestContext(server + call.path, HttpMethod.GET);
    await this.config.applySecurityAuthentication(context);
    const answer = await this.#send(new URL(server + call.path), call, context);
    if (answer.status >= 300) throw apiError(answer);
    return parseExactJson(answer.text);
  }

  async #send(url: URL, call: Call, context: RequestContext): Promise<{ status: number; text: string }> {
    for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
    let status = 0;
    const dispatcher = context.getDispatcher();
    try {
      const response = await request(url, {
        method: call.method,
        headers: { ...context.getHeaders(), accept: 'application/json', ...contentType(call) },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        ...(dispatcher && { dispatcher }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      status = response.statusCode;
      return { status, text: await response.body.text() };
    } finally {
      this.#observe(call, status);
    }
  }
}

function contentType({ body, contentType = 'application/json' }: Call): Record<string, string> {
  return body === undefined ? {} : { 'content-type': contentType };
}

type StatusBody = { reason?: string; message?: string; details?: { causes?: { reason?: string }[] } };

/** The message of a metav1.Status; any other body comes from a proxy. */
function apiError({ status, text }: { status: number; text: string }): ApiError {
  try {
    const { reason, message, details } = JSON.parse(text) as StatusBody;
    const isTerminating = details?.causes?.some((cause) => cause.reason === NAMESPACE_TERMINATING);
    return new ApiError(
      status,
      isTerminating ? NAMESPACE_TERMINATING : (reason ?? 'Unknown'),
      message ?? text.slice(0, 1024),
    );
  } catch {
    return new ApiError(status, 'Unknown', text.slice(0, 1024));
  }
}
