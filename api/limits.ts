/** The greatest body that is held in memory to be looked at, where a spec says nothing else. */
export const DEFAULT_MAX_BODY = 1024 * 1024;

/** How many different unexpected answers are kept. */
export const MAX_UNEXPECTED = 10;
