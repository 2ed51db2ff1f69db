/** The status codes of gRPC by number (grpc.io/docs/guides/status-codes). HTTP's statuses begin at 100, so that a number stands for one protocol. */
export const GRPC_STATUSES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export const GRPC_OK = 0;
/** What gRPC makes of a code that it does not know. */
export const GRPC_UNKNOWN = 2;

/** The number of a gRPC status by its name or number, such as "NOT_FOUND" or "5"; -1 for another text. */
export function grpcStatusNumber(text: string): number {
  const named = (GRPC_STATUSES as readonly string[]).indexOf(text);
  return named < 0 && /^[0-9]+$/.test(text) && Number(text) < GRPC_STATUSES.length ? Number(text) : named;
}

/** Whether the number of a status is one of gRPC. */
export function isGrpcStatus(status: number): boolean {
  return status < GRPC_STATUSES.length;
}

/** A status as people read it: "503" of HTTP, "UNAVAILABLE (14)" of gRPC. */
export function statusText(status: number): string {
  const name = GRPC_STATUSES[status];
  return name === undefined ? String(status) : `${name} (${status})`;
}
