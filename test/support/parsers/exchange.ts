/** An answer as it comes over the wire, and what was asked for. */
export type Exchange = {
  /** Holds the answer in its first `length` bytes. */
  bytes: Buffer;
  length: number;
  method: 'GET' | 'HEAD';
  /** Whether the headers are wanted. */
  gathers: boolean;
  /** Whether the connection ends behind the bytes. */
  closes: boolean;
};

/** What a parser makes of an exchange. */
export type Outcome = {
  end: 'complete' | 'incomplete' | 'refused';
  /** Why it was refused, in the parser's own words. */
  reason: string;
  /** How many bytes the answer has, when it is complete. */
  at: number;
  status: number;
  body: string;
  /** As JSON, when they were wanted. */
  headers: string;
  /** Whether the connection may carry another request, when the answer is complete. */
  reusable: boolean;
};

export type Field = keyof Outcome;
const COMPARED = ['at', 'status', 'body', 'headers', 'reusable'] as const;

export const nothingYet = (): Outcome => ({
  end: 'incomplete',
  reason: '',
  at: 0,
  status: 0,
  body: '',
  headers: '',
  reusable: false,
});

/** In what two outcomes differ. What was read before a refusal is of no interest, nor are the words of it. */
export function differing(a: Outcome, b: Outcome): Field[] {
  if (a.end !== b.end) return ['end'];
  return a.end === 'refused' ? [] : COMPARED.filter((field) => a[field] !== b[field]);
}

export function textOf({ bytes, length }: Exchange): string {
  return bytes.toString('latin1', 0, length);
}

/** An exchange that is written as text. */
export function exchangeOf(text: string, asked: Partial<Exchange> = {}): Exchange {
  const bytes = Buffer.from(text, 'latin1');
  return { method: 'GET', gathers: false, closes: false, ...asked, bytes, length: bytes.length };
}
