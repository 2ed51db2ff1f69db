import * as z from 'zod';
import { TOKEN_AUDIENCE } from '../../api/common/names.ts';

const claimsSchema = z.object({
  exp: z.number(),
  aud: z.union([z.string(), z.array(z.string())]),
});

/**
 * When a JSON Web Token for this audience expires, epoch milliseconds; undefined when the API server would not accept it. The signature is not
 * checked: this only spares the API server tokens that are plainly not those of a runner.
 */
export function expiryOf(token: string): number | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return [claims.aud].flat().includes(TOKEN_AUDIENCE) ? claims.exp * 1e3 : undefined;
  } catch {
    return undefined;
  }
}
