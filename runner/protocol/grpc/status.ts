import { GRPC_STATUSES, GRPC_UNKNOWN } from '../../../api/status/grpc-statuses.ts';
import { valuesOf } from '../../response/parsed-response.ts';
import type { ResponseHeaders } from '../../transport/message.ts';

/** Longer messages of a server are cut before they are decoded. */
const MAX_MESSAGE = 2048;

/** The status of a call: its number, UNKNOWN for one that gRPC does not define; undefined without a number. */
export function statusIn(headers: ResponseHeaders): number | undefined {
  const [text = ''] = valuesOf(headers, 'grpc-status');
  if (!/^[0-9]{1,9}$/.test(text)) return undefined;
  return Number(text) < GRPC_STATUSES.length ? Number(text) : GRPC_UNKNOWN;
}

/** The server's message about its status. Its percent-encoding may be wrong, which then stands for itself. */
export function statusMessageIn(headers: ResponseHeaders): string {
  const [encoded = ''] = valuesOf(headers, 'grpc-message');
  const bytes = encoded
    .slice(0, MAX_MESSAGE)
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
