import { TOKEN_AUDIENCE } from '../../../api/common/names.ts';
import type { PodIdentity } from '../../../operator/runner-endpoint/identity/token-claims.ts';
import { NOW } from './operator-fixtures.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JSON Web Token with these claims, and with a signature that nobody made. */
export function jwt(claims: unknown): string {
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}

/** The claims of a runner's token that is valid for another hour. `jti` tells several tokens of one pod apart. */
export function claimsOfPod({ namespace, name, uid }: PodIdentity, jti = '') {
  return {
    aud: [TOKEN_AUDIENCE],
    exp: NOW / 1e3 + 3600,
    jti,
    'kubernetes.io': { namespace, pod: { name, uid } },
  };
}
