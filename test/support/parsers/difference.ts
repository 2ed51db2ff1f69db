import type { Exchange, Field, Outcome } from './exchange.ts';

/** What the two parsers made of an exchange. */
export type Seen = { text: string; method: string; ours: Outcome; theirs: Outcome };

/** Something that they differ in knowingly. Its row and the reason for it are in docs/design/0022-where-the-transports-differ.md. */
export type Difference = {
  what: string;
  lean: string;
  llhttp: string;
  example: Exchange;
  /** Whether this makes the two differ in the field. */
  explains(field: Field, seen: Seen): boolean;
};
