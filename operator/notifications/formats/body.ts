/** A request's body with its media type. */
export type Body = { contentType: string; text: string };
