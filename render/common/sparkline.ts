const LEVELS = '▁▂▃▄▅▆▇█';

/** The columns below which a sparkline tells nothing. */
export const MIN_SPARKLINE = 5;

/** The last values as a line of at most `width` columns, from 0 to the highest of them; a blank where there is none. */
export function sparkline(values: readonly (number | undefined)[], width: number): string {
  const shown = values.slice(-width);
  const highest = shown.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return shown
    .map((value) => {
      if (value === undefined) return ' ';
      const level = highest === 0 ? 0 : Math.ceil((value / highest) * LEVELS.length) - 1;
      return LEVELS[Math.max(0, level)];
    })
    .join('');
}
