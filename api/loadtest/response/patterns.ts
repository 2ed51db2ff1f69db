import { textOf, withRules } from '../../common/rule.ts';
import { HEADER_NAME } from '../http-names.ts';

/** Excludes special groups and back-references, whose meaning differs between JavaScript and RE2. */
const PLAIN_REGEX = /^([^(\\]|\\[^1-9k]|[(]+([^(?\\]|[?]:|\\[^1-9k]))*[(]*$/;

/** A regular expression that JavaScript and RE2 understand alike. */
export const regexSchema = withRules(
  textOf(PLAIN_REGEX, 'must be a regular expression without look-around, flags and back-references', {
    min: 1,
    max: 512,
  }),
  {
    // A pattern that does not compile is an error in CEL, so that the API server rejects the object.
    cel: "''.matches(self) ? true : true",
    message: 'must be a regular expression',
    test: (text) => compiles(text),
  },
);

function compiles(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** The name of a header field. */
export const headerNameSchema = textOf(HEADER_NAME, 'must be an HTTP header name', { min: 1, max: 256 }).describe(
  'Name of the header.',
);
/** A JSON Pointer (RFC 6901). */
export const pointerSchema = textOf(/^([/]([^/~]|~[01])*)*$/, 'must be a JSON Pointer such as /items/0/id', {
  max: 256,
});
