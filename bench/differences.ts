/** How often each outcome came, by its description. */
export type Tally = ReadonlyMap<string, number>;

/** The outcomes that came unequally often, as sentences. */
export function differencesOf(lean: Tally, reference: Tally): string[] {
  const outcomes = [...new Set([...lean.keys(), ...reference.keys()])];
  return outcomes
    .map((outcome) => ({ outcome, ours: lean.get(outcome) ?? 0, theirs: reference.get(outcome) ?? 0 }))
    .filter(({ ours, theirs }) => ours !== theirs)
    .map(({ outcome, ours, theirs }) => `${outcome}: ${ours} by HTTP2, ${theirs} by NodeHTTP2`);
}
