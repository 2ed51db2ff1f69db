import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { loadTestSchema } from '../../../../api/loadtest/loadtest.ts';
import { parseObjects } from '../../../../cli/input/documents.ts';

const root = join(import.meta.dirname, '../../../..');
const directory = mkdtempSync(join(tmpdir(), 'script-examples-'));
const output: string[] = [];
let target: ChildProcess;
let url: string;

before(async () => {
  target = spawn(process.execPath, [join(root, 'examples/demo-target.mjs'), '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await new Promise((done) => {
    createInterface(target.stdout!).on('line', (line) => {
      output.push(line);
      done(output[0]!);
    });
  });
});
after(() => {
  target.kill();
  rmSync(directory, { recursive: true });
});

/** Runs an example, modified by `edit`, against the demo target; returns the exit code and the finished test. */
function run(example: string, edit: (text: string) => string = (text) => text) {
  const text = edit(readFileSync(join(root, 'examples', example), 'utf8'));
  const args = ['run', '-', '-o', 'json', '--set', `target.url=${url}/shop`];
  return new Promise<{ code: number; finished: ReturnType<typeof loadTestSchema.parse> }>((done) => {
    const child = execFile(process.execPath, [join(root, 'cli/main.ts'), ...args], (error, stdout) => {
      done({ code: Number(error?.code ?? 0), finished: loadTestSchema.parse(JSON.parse(stdout)) });
    });
    child.stdin?.end(text);
  });
}

/** Passed; or inconclusive, where this machine paused so long that the requests were late. */
const PASSED_OR_LATE = [0, 2];

test('the target accepts the signatures of the example', async () => {
  const { code, finished } = await run('script-sign.yaml');
  assert.ok(PASSED_OR_LATE.includes(code), JSON.stringify(finished.status));
  assert.deepEqual([finished.status?.counts?.done, finished.status?.counts?.unexpected], [150, 0]);
});

test('the target rejects signatures by another key', async () => {
  const { code, finished } = await run('script-sign.yaml', (text) =>
    text.replace('key: open-sesame', 'key: close-sesame'),
  );
  assert.equal(code, 1);
  assert.equal(finished.status?.counts?.unexpected, 150);
  assert.equal(finished.status?.unexpected?.[0]?.reason, 'status 401');
});

test('the example with a login sends its requests and logs out', async () => {
  const { code, finished } = await run('script-login.yaml');
  assert.ok(PASSED_OR_LATE.includes(code), JSON.stringify(finished.status));
  assert.deepEqual(
    finished.status?.requests?.map(({ name, counts }) => [name, counts.done, counts.unexpected]),
    [
      ['items', 300, 0],
      ['order', 100, 0],
    ],
  );
  assert.equal(output.at(-1), '0 logged in');
});

test('with a wrong password, the example with a login generates no load', async () => {
  const { code, finished } = await run('script-login.yaml', (text) =>
    text.replace('password: open-sesame', 'password: x'),
  );
  assert.equal(code, 2);
  const complete = finished.status?.conditions?.find(({ type }) => type === 'Complete');
  assert.match(
    `${complete?.reason}: ${complete?.message}`,
    /^SetupFailed: setup: login\.js:\d+: Error: login failed: status 401$/,
  );
});

test('the scripts of the examples match the types of api/loadtest/loadtest-script.d.ts', async () => {
  for (const example of ['script-sign.yaml', 'script-login.yaml']) {
    const parsed = parseObjects(readFileSync(join(root, 'examples', example), 'utf8'), example);
    assert.ok('objects' in parsed);
    const { data } = parsed.objects.find(({ kind }) => kind === 'ConfigMap')! as unknown as {
      data: Record<string, string>;
    };
    for (const [key, source] of Object.entries(data)) writeFileSync(join(directory, key), source);
  }
  copyFileSync(join(root, 'api/loadtest/loadtest-script.d.ts'), join(directory, 'loadtest-script.d.ts'));
  const check = (files: string[]) => {
    const options = ['--noEmit', '--allowJs', '--checkJs', '--strict', '--target', 'es2024', '--module', 'nodenext'];
    const types = ['--skipLibCheck', '--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    const args = [join(root, 'node_modules/typescript/bin/tsc'), ...options, ...types, ...files];
    return new Promise<string>((done) => execFile(process.execPath, args, { cwd: directory }, (_, out) => done(out)));
  };
  assert.equal(await check(['sign.js', 'login.js']), '');
  const wrong = readFileSync(join(directory, 'sign.js'), 'utf8').replace(
    "'x-signature': signature",
    "'x-signature': 5",
  );
  writeFileSync(join(directory, 'wrong.js'), wrong);
  assert.match(await check(['wrong.js']), /wrong\.js\(\d+,\d+\): error TS2322/);
});
