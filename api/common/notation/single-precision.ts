/** How many digits the shortest notation of a finite float of 32 bits has that no other float shares. */
export function digitsOfSingle(value: number): number {
  return [1, 2, 3, 4, 5, 6, 7, 8].find((digits) => Math.fround(Number(value.toPrecision(digits))) === value) ?? 9;
}
