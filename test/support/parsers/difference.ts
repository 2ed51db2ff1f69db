import type { Exchange, Field, Outcome } from './exchange.ts';

/** The results of both parsers for an exchange. */
export type Seen = { text: string; method: string; ours: Outcome; theirs: Outcome };

/** A known difference between the parsers. docs/notes/0022-where-the-transports-differ.md has its row and the reason. */
export type Difference = {
  what: string;
  lean: string;
  llhttp: string;
  example: Exchange;
  /** Whether this difference explains different values of the field. */
  explains(field: Field, seen: Seen): boolean;
};
