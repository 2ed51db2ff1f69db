import type { Outgoing } from '../../../api/loadtest/loadtest-script.d.ts';
import type { Override, Result } from '../channel/from-script.ts';
import { ScriptMisuse } from '../channel/script-error.ts';

/**
 * The return value of `request` as a message; the bytes of its body are added to `blobs`. Throws a {@link ScriptMisuse}. The runner checks the
 * values of the fields.
 */
export function overrideOf(returned: unknown, blobs: Uint8Array[]): Result {
  if (returned === undefined) return null;
  if (returned instanceof Promise) {
    returned.catch(() => {}); // only the misuse is reported
    throw new ScriptMisuse('request must be synchronous, but returned a promise: use setup for asynchronous work');
  }
  if (typeof returned !== 'object' || returned === null)
    throw new ScriptMisuse('request must return an object or undefined');
  const { name, method, path, headers, body } = returned as Outgoing;
  const override: Override = {};
  if (name !== undefined) override.name = String(name);
  if (method !== undefined) override.method = String(method);
  if (path !== undefined) override.path = String(path);
  if (headers !== undefined && headers !== null) override.headers = headersOf(headers);
  if (body !== undefined) override.body = bodyOf(body, blobs);
  return { override };
}

function headersOf(headers: Record<string, unknown>): Record<string, string | null> {
  const texts: Record<string, string | null> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    texts[name] = value === null || value === undefined ? null : String(value);
  }
  return texts;
}

function bodyOf(body: unknown, blobs: Uint8Array[]): Override['body'] {
  if (body === null) return null;
  if (typeof body === 'string') return { text: body };
  if (body instanceof Uint8Array) {
    blobs.push(body);
    return { bytes: body.byteLength };
  }
  const json = JSON.stringify(body);
  if (json === undefined) throw new ScriptMisuse('request: body must be text, bytes or JSON');
  return { json };
}
