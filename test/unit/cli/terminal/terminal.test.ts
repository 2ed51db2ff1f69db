import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { stringify } from 'yaml';
import { Terminal } from '../../../support/terminal.ts';

const command = join(import.meta.dirname, '../../../../cli/main.ts');
const COLUMNS = 70;
const NARROWER = 45;
const CTRL_C = '\x03';
const barOfCount = /^[█░]+ +[0-9]+% /;
const bar = /^[█░]+ +[0-9]+% {2}0:0[0-9] \/ 1:00/;

/** Runs the command in its own terminal with `script` of util-linux. `during` receives all output so far and can press keys. */
async function inTerminal(
  shell: string,
  during: (raw: string, press: (keys: string) => void) => void,
): Promise<{ raw: string; code: number }> {
  const { CI: _, NO_COLOR: __, ...env } = process.env;
  const child = spawn('script', ['-qec', `stty cols ${COLUMNS} rows 24; ${shell}`, '/dev/null'], {
    env: { ...env, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    raw += piece;
    during(raw, (keys) => child.stdin.write(keys));
  });
  const [code] = await once(child, 'close');
  return { raw, code };
}

/** The beginning of each write that draws a view. */
const DRAWING = /(?=\r\p{Cc}\[)/u;
const widthOfBar = (drawing: string) =>
  drawing
    .split('\r\n')
    .map((line) => stripVTControlCharacters(line).trim())
    .find((line) => bar.test(line))?.length;

/** The states of a terminal that shrinks right before the first narrower view. */
function statesOf(raw: string): { terminal: Terminal; states: string[][] } {
  const terminal = new Terminal(COLUMNS);
  const states = raw.split(DRAWING).map((drawing) => {
    if ((widthOfBar(drawing) ?? COLUMNS) < NARROWER) terminal.columns = NARROWER;
    terminal.write(drawing);
    return [...terminal.lines];
  });
  return { terminal, states };
}

describe('loadtest run at a terminal', () => {
  const server = createServer((_, response) => response.end('ok'));
  let url = '';
  const directory = mkdtempSync(join(tmpdir(), 'loadtest-terminal-'));
  const file = join(directory, 'test.yaml');
  const run = `exec ${process.execPath} ${command} run ${file}`;
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const load = { type: 'Open', open: { stages: [{ duration: '1m', rate: 50 }] } };
    const spec = { target: { url }, load };
    writeFileSync(
      file,
      stringify({ apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: 'here' }, spec }),
    );
  });
  after(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  it('draws the view in place, follows the width, and on Ctrl-C restores the cursor and shows the result so far', async () => {
    let pressed = false;
    // As when a user shrinks a window, the terminal signals its new size to the command.
    const shrink = join(directory, 'shrink');
    const shrinking = `(until [ -e ${shrink} ]; do sleep 0.1; done; stty cols ${NARROWER} < /dev/tty) & ${run}`;
    const { raw, code } = await inTerminal(shrinking, (raw, press) => {
      const widths = raw.split(DRAWING).flatMap((drawing) => widthOfBar(drawing) ?? []);
      if (widths.length > 0) writeFileSync(shrink, '');
      if (pressed || !widths.some((width) => width < NARROWER)) return;
      pressed = true;
      press(CTRL_C);
    });
    assert.equal(code, 130, raw);
    const { terminal, states } = statesOf(raw);
    assert.deepEqual([terminal.cursor, terminal.columns], [true, NARROWER]);
    const live = states.filter((lines) => lines.some((line) => bar.test(line)));
    assert.ok(live.length >= 2, raw);
    for (const lines of live) {
      assert.match(lines[0]!, /^here {2}http:/);
      assert.equal(lines.filter((line) => bar.test(line)).length, 1, 'there is one view at a time');
    }
    assert.ok(!terminal.lines.some((line) => bar.test(line)), 'the view is erased');
    assert.ok(terminal.lines.includes('ending the load; a second signal exits at once'));
    assert.match(terminal.lines.join('\n'), /INCONCLUSIVE {2}interrupted before the load was over: /);
  });

  it('shows the output of a script above the view without disturbing it', async () => {
    const scripted = join(directory, 'scripted.yaml');
    const hooks = {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'hooks' } },
      data: {
        js: `
          export const setup = () => console.log('setup');
          export function request({ index }) {
            console.log('out ' + index + '\\x1b[2J\\r');
            console.error('error ' + index);
          }
          export const teardown = () => process.stdout.write('teardown without an end of its line');`,
      },
    };
    const spec = {
      target: { url },
      load: { type: 'Closed', closed: { users: 1, iterations: 4, thinkTime: '900ms' } },
      script: { configMapKeyRef: { name: 'hooks', key: 'js' } },
    };
    const test = { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: 'here' }, spec };
    writeFileSync(scripted, [hooks, test].map((document) => stringify(document)).join('---\n'));
    const { raw, code } = await inTerminal(`exec ${process.execPath} ${command} run ${scripted}`, () => {});
    assert.equal(code, 0, raw);
    const { terminal, states } = statesOf(raw);
    const live = states.filter((lines) => lines.some((line) => barOfCount.test(line)));
    assert.ok(live.length >= 2, raw);
    for (const lines of live) assert.equal(lines.filter((line) => barOfCount.test(line)).length, 1);
    const written = ['setup', ...[0, 1, 2, 3].flatMap((n) => [`out ${n}\ufffd[2J`, `error ${n}`])];
    assert.deepEqual(
      terminal.lines.filter((line) => /^(setup|out|error|teardown)/.test(line)).sort(),
      [...written, 'teardown without an end of its line'].sort(),
    );
  });

  it('writes plain lines with --no-progress', async () => {
    let pressed = false;
    const { raw, code } = await inTerminal(`${run} --no-progress`, (raw, press) => {
      if (pressed || !/generated [0-9]+ {2}made/.test(raw)) return;
      pressed = true;
      press(CTRL_C);
    });
    assert.equal(code, 130);
    assert.doesNotMatch(raw, /█|\[[0-9]*[AJ]|\[\?25l/);
  });
});
