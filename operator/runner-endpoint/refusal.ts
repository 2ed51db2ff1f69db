/** A refusal, as an HTTP status and the problem as a sentence. */
export type Refusal = { status: 400 | 401 | 403 | 404 | 409; error: string };
