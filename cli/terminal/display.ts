import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import type { Paint } from '../../render/common/paint.ts';
import { columnsOf, liveLines, type View } from './live-view.ts';

/** Where progress is shown; standard error, or a list of chunks in a test. */
export type Screen = {
  write: (text: string) => void;
  /** Whether what was written can be drawn over. */
  isLive: boolean;
  size: () => { columns: number; rows: number };
  onResize: (listener: () => void) => void;
  paint: Paint;
};

/** Shows how a run goes. */
export interface Display {
  begin(test: Pick<LoadTest, 'metadata' | 'spec'>): void;
  /** `view` is undefined while there is no load; `line` says the same for where nothing can be redrawn. */
  progress(view: View | undefined, line: string): void;
  note(line: string): void;
  /** Gives the screen back; may be called again. */
  end(): void;
}

/** A view that is redrawn in place at a terminal, plain lines anywhere else. */
export function displayOn(screen: Screen): Display {
  return screen.isLive ? liveDisplay(screen) : lineDisplay(screen);
}

function heading({ metadata, spec }: Pick<LoadTest, 'metadata' | 'spec'>): [title: string, load: string] {
  return [`${metadata.name}  ${spec.target.url}`, loadModelOf(spec.load).description()];
}

function lineDisplay({ write }: Screen): Display {
  let told = '';
  return {
    begin: (test) => write(`${heading(test).join('\n')}\n`),
    progress: (_, line) => {
      if (line !== told) write(`${line}\n`);
      told = line;
    },
    note: (line) => write(`${line}\n`),
    end: () => {},
  };
}

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_BELOW = '\x1b[J';
/** The cursor may stand behind a key that the terminal has shown, such as ^C. */
const LINE_START = '\r';
const up = (rows: number) => (rows === 0 ? '' : `\x1b[${rows}A`);

function liveDisplay({ write, size, onResize, paint }: Screen): Display {
  let isOn = false;
  let drawn: string[] = [];
  let frame: (width: number) => string[] = () => [];

  /** Takes back what is drawn, writes what stays, and draws anew: in one write, so that nothing comes between. */
  const redraw = (staying = '') => {
    const { columns, rows } = size();
    // A terminal that has become narrower has wrapped the lines that were drawn for a wider one.
    const taken = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
    // A line as wide as the screen, or as many as it has rows, would move what is above out of reach.
    drawn = isOn ? frame(Math.max(1, columns - 1)).slice(0, Math.max(1, rows - 1)) : [];
    write(`${LINE_START}${up(taken)}${CLEAR_BELOW}${staying}${drawn.map((line) => `${line}\n`).join('')}`);
  };
  onResize(() => {
    if (isOn) redraw();
  });
  return {
    begin: (test) => {
      const [title, load] = heading(test);
      frame = () => [];
      write(isOn ? '' : HIDE_CURSOR);
      isOn = true;
      redraw(`${paint('bold', title)}\n${load}\n`);
    },
    progress: (view, line) => {
      frame = view === undefined ? (width) => [line.slice(0, width)] : (width) => liveLines(view, width, paint);
      redraw();
    },
    note: (line) => redraw(`${line}\n`),
    end: () => {
      if (!isOn) return;
      isOn = false;
      redraw();
      write(SHOW_CURSOR);
    },
  };
}
