import { shownLine, shownText, shownValue } from '../../api/common/shown/text.ts';
import type { LoadTest } from '../../api/loadtest/loadtest.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import type { Paint } from '../../render/common/paint.ts';
import { columnsOf } from './line-parts.ts';
import { liveLines, type Room } from './live-view.ts';
import type { View } from './view.ts';

/** The output for progress: standard error, or a list of chunks in a test. */
export type Screen = {
  write: (text: string) => void;
  /** Whether lines can be redrawn. */
  isLive: boolean;
  size: () => { columns: number; rows: number };
  onResize: (listener: () => void) => void;
  paint: Paint;
};

/** Shows the progress of a run. */
export interface Display {
  begin(test: Pick<LoadTest, 'metadata' | 'spec'>): void;
  /**
   * `view` is undefined while there is no load; `line` is the same in one line, for a screen that cannot be redrawn, and undefined where
   * such a screen needs none.
   */
  progress(view: View | undefined, line: string | undefined): void;
  note(line: string): void;
  /** Restores the screen; may be called again. */
  end(): void;
}

/** A view that is redrawn in place at a terminal, plain lines anywhere else. */
export function displayOn(screen: Screen): Display {
  return cleaned(screen.isLive ? liveDisplay(screen) : lineDisplay(screen));
}

/** A display whose texts, which may be those of others, cannot move the cursor. */
function cleaned(display: Display): Display {
  return {
    ...display,
    progress: (view, line) => display.progress(shownValue(view), line && shownText(line)),
    note: (line) => display.note(shownText(line)),
  };
}

/** Shows notes only. */
export function quietDisplay({ write }: Pick<Screen, 'write'>): Display {
  return cleaned({ begin: () => {}, progress: () => {}, note: (line) => write(`${line}\n`), end: () => {} });
}

function heading({ metadata, spec }: Pick<LoadTest, 'metadata' | 'spec'>): [title: string, load: string] {
  return [`${shownLine(metadata.name ?? '')}  ${shownLine(spec.target.url)}`, loadModelOf(spec.load).description()];
}

function lineDisplay({ write }: Screen): Display {
  let lastLine = '';
  return {
    begin: (test) => write(`${heading(test).join('\n')}\n`),
    progress: (_, line) => {
      if (line === undefined || line === lastLine) return;
      write(`${line}\n`);
      lastLine = line;
    },
    note: (line) => write(`${line}\n`),
    end: () => {},
  };
}

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_BELOW = '\x1b[J';
/** The cursor may be behind an echoed key, such as ^C. */
const LINE_START = '\r';
const up = (rows: number) => (rows === 0 ? '' : `\x1b[${rows}A`);

function liveDisplay({ write, size, onResize, paint }: Screen): Display {
  let isOn = false;
  let drawn: string[] = [];
  let frame: (room: Room) => string[] = () => [];

  /** Erases the view, writes the lines that stay above it, and draws it again, in one write so that no other output gets between. */
  const redraw = (staying = '') => {
    const { columns, rows } = size();
    // A terminal that became narrower has wrapped the drawn lines.
    const drawnRows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
    // A line as wide as the screen, or as many lines as rows, would scroll the view out of reach.
    const room = { columns: Math.max(1, columns - 1), rows: Math.max(1, rows - 1) };
    drawn = isOn ? frame(room).slice(0, room.rows) : [];
    write(`${LINE_START}${up(drawnRows)}${CLEAR_BELOW}${staying}${drawn.map((line) => `${line}\n`).join('')}`);
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
      frame = ({ columns, rows }) => {
        if (view === undefined) return line ? [line.slice(0, columns)] : [];
        return liveLines(view, { columns, rows }, paint);
      };
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
