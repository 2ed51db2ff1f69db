/** A token (RFC 9110, 5.6.2), which is the name of a header. */
export const HEADER_NAME = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;

/** A token in upper case: methods are case-sensitive, and no registered method has a lower-case letter. */
export const METHOD = /^[-!#$%&'*+.^_`|~0-9A-Z]+$/;
export const METHOD_MESSAGE = 'must be a method in upper case, such as GET or PROPFIND';

/** CONNECT turns the connection into a tunnel; a TRACE response echoes the request's headers, including credentials. */
export const NO_METHODS = ['CONNECT', 'TRACE'];

export function isMethod(text: unknown): text is string {
  return typeof text === 'string' && METHOD.test(text) && !NO_METHODS.includes(text);
}
