/**
 * Counts the bytes of requests and of their responses, before encryption: all of them over HTTP/1.1, the HEADERS, CONTINUATION and DATA frames of
 * their streams over HTTP/2. Both fields begin as fractions, as in engine/delay/fraction.ts: they outgrow small integers within a load.
 */
export class ByteTally {
  sent = -0;
  received = -0;
}
