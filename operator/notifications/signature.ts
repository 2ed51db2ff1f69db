import { createHmac } from 'node:crypto';

/**
 * The headers of the Standard Webhooks specification: HMAC-SHA256 over id, time and body, so that a receiver can refuse what is forged or old.
 * A key that begins with `whsec_` is base64; any other is used as it is.
 */
export function signatureHeaders(key: string, { id, nowMs, body }: { id: string; nowMs: number; body: string }) {
  const seconds = Math.floor(nowMs / 1e3);
  const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : Buffer.from(key);
  const signature = createHmac('sha256', bytes).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
