/** More names than these are no help. */
const MAX_NAMES = 2;

/**
 * The names of `names` that have all the words of `typed`, such as caFrom those of ca, or whose words `typed` has: of those, the names with the
 * fewest other words. Otherwise the only name that begins with the same word, such as caFrom for caBundle. None if too many are alike.
 */
export function related(typed: string, names: readonly string[]): string[] {
  const mine = wordsOf(typed);
  const found = names.map((name) => ({ name, theirs: wordsOf(name) }));
  const within = found.filter(({ theirs }) => hasAll(theirs, mine) || hasAll(mine, theirs));
  if (within.length === 0)
    return fewNames(
      found.filter(({ theirs }) => theirs[0] === mine[0]),
      1,
    );
  const fewest = Math.min(...within.map(({ theirs }) => distance(theirs, mine)));
  return fewNames(
    within.filter(({ theirs }) => distance(theirs, mine) === fewest),
    MAX_NAMES,
  );
}

function fewNames(found: readonly { name: string }[], max: number): string[] {
  return found.length > max ? [] : found.map(({ name }) => name);
}

/** maxInFlight, max-in-flight and MAX_IN_FLIGHT -> max, in, flight */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
}

function hasAll(words: readonly string[], others: readonly string[]): boolean {
  return others.length > 0 && others.every((word) => words.includes(word));
}

/** How many words only one of two names has. */
function distance(a: readonly string[], b: readonly string[]): number {
  return [...a, ...b].filter((word) => !(a.includes(word) && b.includes(word))).length;
}
