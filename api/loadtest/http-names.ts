import { constantOrColumn } from '../common/template.ts';

/** A token (RFC 9110, 5.6.2), which is the name of a header. */
export const HEADER_NAME = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;

/** A token in upper case: methods are case-sensitive, and no registered method has a lower-case letter. */
const METHOD = /^[-!#$%&'*+.^_`|~0-9A-Z]{1,32}$/;
export const METHOD_MESSAGE = 'must be a method in upper case, such as GET or PROPFIND, of at most 32 characters';

/** A method, or a column of methods. */
export const METHOD_TEMPLATE = constantOrColumn(METHOD.source.slice(1, -1));

/** A status such as "404", or a class of statuses such as "4xx". */
const STATUS = /^[1-5]([0-9]{2}|xx)$/;
export const STATUS_MESSAGE = 'must be a status such as "200" or a class such as "2xx"';

/** An expected status, or a column of such. */
export const STATUS_TEMPLATE = constantOrColumn(STATUS.source.slice(1, -1));

/** CONNECT turns the connection into a tunnel; a TRACE response echoes the request's headers, including credentials. */
export const NO_METHODS = ['CONNECT', 'TRACE'];

/** Expectations about a body, which a response to HEAD does not have. */
export const OF_BODIES = ['bodyContains', 'bodyMatches', 'json', 'events', 'eventsFor'] as const;

export function isMethod(text: unknown): text is string {
  return typeof text === 'string' && METHOD.test(text) && !NO_METHODS.includes(text);
}

export function isStatusPattern(text: string): boolean {
  return STATUS.test(text);
}
