import assert from 'node:assert/strict';

/**
 * Emulates the content of a terminal. It supports the escape sequences of the live view and rejects others. Like most terminals, it rewraps
 * lines when its width changes, and therefore stores them unwrapped.
 */
export class Terminal {
  columns: number;
  cursor = true;
  /** The lines above the current one. A line may take several rows. */
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
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
    for (const [piece, row, code, command] of text.matchAll(/([^\x1b\r\n]+)|\x1b\[([?0-9;]*)([A-Za-z])|\r?\n|\r/g)) {
      if (row !== undefined) {
        assert.ok(!this.#atStart || this.#line === '', `"${row}" overwrites "${this.#line}"`);
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

  /** Moves up by `rows` to the start of a line and removes the lines below. */
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
