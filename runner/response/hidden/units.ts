/** A text as a row of units: characters, or what their decoding yields. */
export type Units = {
  /** The bytes that each unit stands for, one character a byte. */
  bytes: ArrayLike<string>;
  /** Where the part of the original text begins that a unit comes from. */
  from: (unit: number) => number;
  /** Where that part ends: after its last character. */
  to: (unit: number) => number;
};

/** The bytes of a text in UTF-8, one character a byte. */
export function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The characters of a text as units. */
export function unitsOf(text: string): Units {
  const bytes: string[] = [];
  const ends: number[] = [0];
  for (const char of text) {
    bytes.push(char < '\x80' ? char : utf8(char));
    ends.push(ends.at(-1)! + char.length);
  }
  return { bytes, from: (unit) => ends[unit]!, to: (unit) => ends[unit + 1]! };
}
