/** The file descriptors of the process of a script, beside an empty standard input: one for each direction and purpose. */
export const DESCRIPTORS = {
  /** From the runner: messages. */
  messages: 3,
  /** To the runner: results, and whatever else the process sends. */
  results: 4,
  /** From the runner: values of fields, for which the process waits. */
  fillings: 5,
  /** Nothing; it ends with the runner. */
  lifeline: 6,
} as const;
