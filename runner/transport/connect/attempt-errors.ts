/** Errors that say more about this machine than about the target: without IPv6, each IPv6 address of a name has one. The first is the least telling. */
const LOCAL = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL'];

/** The one error for attempts that all failed: the most telling one, the last of those, with the messages of all. */
export function telling(errors: readonly Error[]): Error {
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first;
  const rank = (error: Error) => {
    const at = LOCAL.indexOf((error as NodeJS.ErrnoException).code ?? '');
    return at < 0 ? LOCAL.length : at;
  };
  const chosen = errors.reduce((best, error) => (rank(error) >= rank(best) ? error : best));
  const message = [...new Set(errors.map((error) => error.message))].join('; ');
  const { code } = chosen as NodeJS.ErrnoException;
  return Object.assign(new Error(message, { cause: chosen }), { code });
}
