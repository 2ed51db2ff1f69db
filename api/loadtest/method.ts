/** A token of RFC 9110 in upper case: methods are case-sensitive, and none that is registered has a small letter. */
export const METHOD = /^[-!#$%&'*+.^_`|~0-9A-Z]+$/;
export const METHOD_MESSAGE = 'must be a method in upper case, such as GET or PROPFIND';

/** CONNECT makes a tunnel of the connection; an answer to TRACE has the request's headers in it, credentials included. */
export const NO_METHODS = ['CONNECT', 'TRACE'];

export function isMethod(text: unknown): text is string {
  return typeof text === 'string' && METHOD.test(text) && !NO_METHODS.includes(text);
}
