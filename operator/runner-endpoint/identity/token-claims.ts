import * as z from 'zod';
import { TOKEN_AUDIENCE } from '../../../api/common/names.ts';

/** The pod that a token was issued for. */
export type PodIdentity = { namespace: string; name: string; uid: string };

const claimsSchema = z.object({
  exp: z.number(),
  aud: z.union([z.string(), z.array(z.string()).max(16)]),
  'kubernetes.io': z
    .object({ namespace: z.string(), pod: z.object({ name: z.string(), uid: z.string() }).optional() })
    .optional(),
});

/**
 * What a JSON Web Token claims, when the API server would accept it for this audience: when it expires, epoch milliseconds, and the pod that
 * it was issued for. The signature is not checked: this only spares the API server tokens that are plainly not those of a runner.
 */
export function claimsOf(token: string): { expiresMs: number; pod: PodIdentity | undefined } | undefined {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    if (![claims.aud].flat().includes(TOKEN_AUDIENCE)) return undefined;
    const { namespace, pod } = claims['kubernetes.io'] ?? {};
    return {
      expiresMs: claims.exp * 1e3,
      pod: namespace === undefined || pod === undefined ? undefined : { namespace, ...pod },
    };
  } catch {
    return undefined;
  }
}
