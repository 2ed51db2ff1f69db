/**
 * Why a response is not as expected. Text from the target passes through `shown`, which redacts secrets first and truncates second: a
 * truncated secret would not be recognised.
 */
export type Mismatch = string | ((shown: (value: string) => string) => string);
