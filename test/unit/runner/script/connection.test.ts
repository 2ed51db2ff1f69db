import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { MAX_FRAME_BYTES } from '../../../../runner/script/channel/from-script.ts';
import { ScriptConnection } from '../../../../runner/script/connection.ts';
import { ScriptSession } from '../../../../runner/script/session.ts';
import { ASSIGNMENT } from '../../../support/script-setup.ts';

const FRAME = `const frame = (text) => { const head = Buffer.alloc(8); head.writeUInt32BE(text.length + 4); head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]); };
  const send = (bytes) => require('fs').writeSync(4, bytes);`;

/** Replaces the process of a script: does what a script that owns its process can do. */
const hostile = (code: string) => () =>
  spawn(process.execPath, ['--eval', `${FRAME} ${code} setInterval(() => {}, 1000);`], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });

const FOREIGN = 'its process sent a message that no script sends';
const message = (value: unknown) => `send(frame(${JSON.stringify(JSON.stringify(value))}));`;

const attacks: [what: string, code: string, problem: string][] = [
  ['text that is no frame', `send(Buffer.from('HTTP/1.1 200 OK\\r\\n\\r\\n'));`, FOREIGN],
  [
    'a frame that is too large',
    `const head = Buffer.alloc(8); head.writeUInt32BE(${MAX_FRAME_BYTES} + 1); send(head);`,
    FOREIGN,
  ],
  [
    'a message that is longer than its frame',
    `const head = Buffer.alloc(8); head.writeUInt32BE(4); head.writeUInt32BE(99, 4); send(head);`,
    FOREIGN,
  ],
  ['no JSON', `send(frame('{'));`, FOREIGN],
  ['deep JSON', `send(frame('['.repeat(1e6)));`, FOREIGN],
  ['an unknown type', message({ type: 'exec', command: 'id' }), FOREIGN],
  ['an unknown field', message({ type: 'started', more: 1 }), FOREIGN],
  ['a need of a prototype', message({ type: 'need', call: 0, field: '__proto__' }), FOREIGN],
  ['a negative call', message({ type: 'need', call: -1, field: 'row' }), FOREIGN],
  ['an infinite text', message({ type: 'output', text: 'x'.repeat(20_000) }), FOREIGN],
  ['an error', message({ type: 'uncaught', problem: 'hooks.js:1: Error: no' }), 'hooks.js:1: Error: no'],
];
for (const [what, code, problem] of attacks)
  test(`a process that sends ${what} is ended`, async () => {
    let connection: ScriptConnection | undefined;
    const ended = await new Promise<string>((onEnd) => {
      const onMessage = () => {};
      connection = new ScriptConnection({
        heapMiB: undefined,
        write: () => {},
        onMessage,
        onEnd,
        start: hostile(code),
      });
    });
    assert.equal(ended, problem);
    assert.equal(connection!.alive, false);
  });

test('what a process has written arrives before its end, also a last line without an end', async () => {
  const lines: string[] = [];
  const code = message({ type: 'output', text: 'first\nlast' }) + message({ type: 'uncaught', problem: 'over' });
  await new Promise<string>((onEnd) => {
    const write = (line: string) => void lines.push(line);
    const connection = { heapMiB: undefined, write, onMessage: () => {}, onEnd, start: hostile(code) };
    return new ScriptConnection(connection);
  });
  assert.deepEqual(lines, ['first', 'last']);
});

const uncalled: [what: string, sent: unknown][] = [
  ['results without calls', { type: 'results', results: [true], cpuMs: 0 }],
  ['a need without calls', { type: 'need', call: 0, field: 'request' }],
  ['a result of setup that is no JSON', { type: 'result', json: '{' }],
  ['a result of setup that is too large', { type: 'result', json: JSON.stringify('x'.repeat(70_000)) }],
];
for (const [what, sent] of uncalled)
  test(`a process of setup that sends ${what} is ended`, async () => {
    const values = new Map([['ConfigMap/hooks/hooks.js', Buffer.from('')]]);
    const start = hostile(message(sent));
    const session = new ScriptSession({ assignment: ASSIGNMENT, values, heapMiB: undefined, start }, () => {});
    assert.deepEqual(await session.loaded(), { problem: FOREIGN });
  });

test('a process that asks without reading is ended before it fills the memory of its runner', async () => {
  const values = new Map([['ConfigMap/hooks/hooks.js', Buffer.alloc(2 ** 20, ' ')]]);
  const start = hostile(`for (let i = 0; i < 100; i++) ${message({ type: 'started' })}`);
  const session = new ScriptSession({ assignment: ASSIGNMENT, values, heapMiB: undefined, start }, () => {});
  assert.deepEqual(await session.loaded(), { problem: 'its process does not read what it asks for' });
});
