/** A response as bytes, and the properties of its request. */
export type Exchange = {
  /** The first `length` bytes are the response. */
  bytes: Buffer;
  length: number;
  method: 'GET' | 'HEAD';
  /** Whether the headers are collected. */
  gathers: boolean;
  /** Whether the connection closes after the bytes. */
  closes: boolean;
};

/** The outcome of a parser for an exchange. */
export type Outcome = {
  end: 'complete' | 'incomplete' | 'refused';
  /** The parser's message of a refusal. */
  reason: string;
  /** Length of a complete response in bytes. */
  at: number;
  status: number;
  body: string;
  /** As JSON, if they are collected. */
  headers: string;
  /** Whether the connection may carry another request after a complete response. */
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

/** The fields in which two outcomes differ. For refusals, neither the bytes read before nor the messages count. */
export function differing(a: Outcome, b: Outcome): Field[] {
  if (a.end !== b.end) return ['end'];
  return a.end === 'refused' ? [] : COMPARED.filter((field) => a[field] !== b[field]);
}

export function textOf({ bytes, length }: Exchange): string {
  return bytes.toString('latin1', 0, length);
}

/** Whether the head alone ends a response. Bytes after it are ignored, with the connection. */
export function endsWithHead({ method }: Exchange, { status }: Outcome): boolean {
  return method === 'HEAD' || status === 204 || status === 304;
}

/** An exchange given as text. */
export function exchangeOf(text: string, properties: Partial<Exchange> = {}): Exchange {
  const bytes = Buffer.from(text, 'latin1');
  return { method: 'GET', gathers: false, closes: false, ...properties, bytes, length: bytes.length };
}
