/** A form of the load of the verdict benchmark; `id` is its name on the command line. */
export type Form = { id: string; name: string; workers: number; version: 'HTTP1' | 'HTTP2'; isOpen: boolean };

/** Three workers share a core with whatever disturbs them. */
export const FORMS: readonly Form[] = [
  { id: 'open-http1', name: 'open, HTTP/1.1, 1 worker', workers: 1, version: 'HTTP1', isOpen: true },
  { id: 'open-http1-3', name: 'open, HTTP/1.1, 3 workers', workers: 3, version: 'HTTP1', isOpen: true },
  { id: 'open-http2', name: 'open, HTTP/2, 1 worker', workers: 1, version: 'HTTP2', isOpen: true },
  { id: 'open-http2-3', name: 'open, HTTP/2, 3 workers', workers: 3, version: 'HTTP2', isOpen: true },
  { id: 'closed-http1', name: 'closed, HTTP/1.1, 1 worker', workers: 1, version: 'HTTP1', isOpen: false },
  { id: 'closed-http1-3', name: 'closed, HTTP/1.1, 3 workers', workers: 3, version: 'HTTP1', isOpen: false },
  { id: 'closed-http2', name: 'closed, HTTP/2, 1 worker', workers: 1, version: 'HTTP2', isOpen: false },
  { id: 'closed-http2-3', name: 'closed, HTTP/2, 3 workers', workers: 3, version: 'HTTP2', isOpen: false },
];
