import assert from 'node:assert/strict';

/**
 * What a terminal shows after all that was written to it. It knows the escapes that our live view uses, and refuses others; like most
 * terminals, it wraps lines anew when its width changes, so that it keeps them whole.
 */
export class Terminal {
  columns: number;
  cursor = true;
  /** The lines above the one that is written now; a line may take several rows. */
  readonly #above: string[] = [];
  #line = '';
  #atStart = true;

  constructor(columns: number) {
    this.columns = columns;
  }

  get lines(): string[] {
    return this.#line === '' ? this.#above : [...this.#above, this.#line];
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told with
    for (const [piece, row, code, command] of text.matchAll(/([^\x1b\r\n]+)|\x1b\[([?0-9;]*)([A-Za-z])|\r?\n|\r/g)) {
      if (row !== undefined) {
        assert.ok(!this.#atStart || this.#line === '', `"${row}" is written over "${this.#line}"`);
        this.#line += row;
        this.#atStart = false;
      } else if (piece.endsWith('\n')) {
        this.#above.push(this.#line);
        this.#line = '';
      } else if (piece === '\r') this.#atStart = true;
      else if (command === 'A') {
        assert.ok(this.#atStart, 'moves up from the middle of a line');
        this.#line = '';
        this.#up(Number(code));
      } else if (code === '?25') this.cursor = command === 'h';
      else if (command === 'J') {
        assert.ok(this.#atStart, 'clears from the middle of a line');
        this.#line = '';
      } else assert.equal(command, 'm', `the escape ${code}${command}`);
    }
  }

  /** Moves up that many rows, which must be at the beginning of a line; all below it is cleared next. */
  #up(rows: number): void {
    let left = rows;
    while (left > 0) {
      const line = this.#above.pop();
      assert.ok(line !== undefined, 'moves up past the top');
      left -= Math.max(1, Math.ceil(line.length / this.columns));
    }
    assert.equal(left, 0, 'moves up into the middle of a line');
  }
}
