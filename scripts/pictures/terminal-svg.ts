/** Text of one colour in a line of a terminal: its SGR codes, such as 1 for bold and 31 for red. */
type Span = { text: string; codes: readonly number[] };

/** The colours of SGR codes, readable on {@link BACKGROUND}. */
const COLOURS: Readonly<Record<number, string>> = {
  ...{ 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 34: '#79c0ff', 35: '#d2a8ff', 36: '#76e3ea', 90: '#8b949e' },
};
const FOREGROUND = '#e6edf3';
const BACKGROUND = '#0d1117';
const DIM = 2;
const BOLD = 1;

/** Sizes in pixels. Monospaced fonts are at most so wide at this size; textLength makes every font exactly so wide. */
const CELL = { width: 8, height: 18, font: 13 } as const;
const MARGIN = 16;

/** The frames of a live view in what it has written to a terminal: it moves up to its first line and clears before it draws the next one. */
export function framesOf(output: string): string[][] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
  const pieces = output.split(/\x1b\[\d+A\x1b\[J/).slice(1);
  return pieces.map((piece) => piece.replaceAll('\r', '').trimEnd().split('\n'));
}

/** The spans of a line with SGR sequences; other escape sequences are left out. */
function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let codes: number[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
  for (const [, text, sgr, command] of line.matchAll(/([^\x1b]+)|\x1b\[([?\d;]*)([A-Za-z])/g)) {
    if (text !== undefined) spans.push({ text, codes });
    else if (command === 'm') codes = nextCodes(codes, sgr ?? '');
  }
  return spans;
}

/** The codes in force after an SGR sequence. 0 and nothing reset all, 22 resets the weight, 39 the colour. */
function nextCodes(codes: readonly number[], sgr: string): number[] {
  let now = [...codes];
  for (const code of sgr.split(';').map(Number)) {
    if (code === 0) now = [];
    else if (code === 22) now = now.filter((each) => each !== BOLD && each !== DIM);
    else if (code === 39) now = now.filter((each) => COLOURS[each] === undefined);
    else now.push(code);
  }
  return now;
}

/** Spaces would collapse: not every viewer knows xml:space, and `white-space` needs a style sheet. */
function escapeXml(text: string): string {
  return text.replaceAll(' ', '\u00a0').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The lines of a terminal, with their SGR sequences, as an SVG of `columns` characters with a title for those who cannot see it. */
export function terminalSvg(title: string, lines: readonly string[], columns: number): string {
  const width = columns * CELL.width + 2 * MARGIN;
  const height = lines.length * CELL.height + 2 * MARGIN;
  const texts = lines.flatMap((line, row) => {
    let column = 0;
    const y = MARGIN + (row + 1) * CELL.height - 5;
    return spansOf(line).flatMap(({ text, codes }) => {
      const x = MARGIN + column * CELL.width;
      column += text.length;
      if (text.trim() === '') return [];
      const colour = codes.map((code) => COLOURS[code]).find(Boolean) ?? FOREGROUND;
      const style = `${codes.includes(BOLD) ? ' font-weight="bold"' : ''}${codes.includes(DIM) ? ' opacity="0.6"' : ''}`;
      const length = text.length * CELL.width;
      return [`<text x="${x}" y="${y}" fill="${colour}" textLength="${length}"${style}>${escapeXml(text)}</text>`];
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${CELL.font}">
<title>${title}</title>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${texts.join('\n')}
</svg>
`;
}
