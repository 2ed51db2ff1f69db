// The places of labels in charts. The page's policy allows no style attributes, so that each place is a class with a rule in the page's styles.

/** The declarations of each kind of place, from its number. */
const RULES = {
  /** Hundredths of a percent from the bottom. */
  y: (n: number) => `bottom:${n / 100}%`,
  /** Hundredths of a percent from the left, which is also the part of the label that stands to the left of it. */
  x: (n: number) => `left:${n / 100}%;transform:translateX(-${n / 100}%)`,
  /** Room for so many characters. */
  w: (n: number) => `min-width:${n}ch`,
} as const;
type Kind = keyof typeof RULES;

/** The class of a place, as an attribute. `n`: see the kinds. */
export function placed(kind: Kind, n: number): string {
  return `class="${kind}${Math.round(n)}"`;
}

/** The place of a share of an axis, 0 to 1. */
export function placedAt(kind: 'x' | 'y', share: number): string {
  return placed(kind, share * 10_000);
}

/** The rules for all places in HTML. */
export function placeRules(html: string): string {
  const classes = new Set([...html.matchAll(/ class="([xyw])(\d+)"/g)].map(([, kind, n]) => `${kind}${n}`));
  return [...classes].map((name) => `.${name}{${RULES[name[0] as Kind](Number(name.slice(1)))}}`).join('\n');
}
