/** One named check: a fact about the input, or undefined when the check does not apply. */
export type Check<Input, Fact> = (input: Input) => Fact | undefined;

/** Checks in the order of their precedence. */
export type Chain<Input, Fact> = readonly Check<Input, Fact>[];

/** The fact of the first check that applies; undefined when none does. */
export function firstOf<Input, Fact>(chain: Chain<Input, Fact>, input: Input): Fact | undefined {
  for (const check of chain) {
    const fact = check(input);
    if (fact !== undefined) return fact;
  }
  return undefined;
}
