/**
 * Why an answer is not as expected. What stands in it of the target's own is put in by `shown`, which takes out what is secret and
 * shortens the rest: the other way round a secret could be cut, and be known no more.
 */
export type Mismatch = string | ((shown: (value: string) => string) => string);
