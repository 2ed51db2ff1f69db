import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { framesOf, terminalSvg } from '../../../scripts/pictures/terminal-svg.ts';

describe('a picture of a terminal', () => {
  /** The text elements of a picture: place, colour and weight, and the text. */
  const textsOf = (...lines: string[]) =>
    [
      ...terminalSvg('A title', lines, 40).matchAll(
        /<text x="(\d+)" y="(\d+)" fill="(#\w+)" textLength="(\d+)"(.*?)>(.*?)</g,
      ),
    ].map((found) =>
      found
        .slice(1)
        .join(' ')
        .replaceAll(/[ \u00a0]+/g, ' '),
    );
  const rows: [title: string, line: string, texts: string[]][] = [
    ['of plain text is light', 'rate  5/s', ['16 29 #e6edf3 72 rate 5/s']],
    [
      'keeps colours in their columns',
      'ab \x1b[32m✓\x1b[39m c',
      ['16 29 #e6edf3 24 ab ', '40 29 #7ee787 8 ✓', '48 29 #e6edf3 16 c'],
    ],
    [
      'shows what is dim or bold',
      '\x1b[2mdim\x1b[22m\x1b[1mbold',
      ['16 29 #e6edf3 24 opacity="0.6" dim', '40 29 #e6edf3 32 font-weight="bold" bold'],
    ],
    [
      'resets everything by 0',
      '\x1b[1;31mred\x1b[0mplain',
      ['16 29 #ff7b72 24 font-weight="bold" red', '40 29 #e6edf3 40 plain'],
    ],
    ['leaves out other sequences', '\x1b[?25l\x1b[Kx', ['16 29 #e6edf3 8 x']],
    ['escapes text', '<&>', ['16 29 #e6edf3 24 &lt;&amp;&gt;']],
  ];
  for (const [title, line, texts] of rows) it(title, () => assert.deepEqual(textsOf(line), texts));

  it('has a row for each line', () =>
    assert.deepEqual(
      textsOf('a', '', 'b').map((text) => text.split(' ')[1]),
      ['29', '65'],
    ));
  it('takes the frames of a live view apart', () =>
    assert.deepEqual(framesOf('title\r\nold\r\n\x1b[1A\x1b[Ja\r\nb\r\n\r\x1b[2A\x1b[Jc\r\n'), [['a', 'b'], ['c']]));
});
