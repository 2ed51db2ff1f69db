import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { parseCommand } from '../../cli/arguments/parse.ts';
import { nodeBinary } from './nodes.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The port of the demo target in documents and examples, which the tests replace by a free one. */
const PORT = '18080';
/** The oldest Node on which the documents say that a clone works. */
const OLDEST = '18.20.8';

/** The commands that these tests leave to others, with the test that runs them; or, without a test, with the reason. */
const ELSEWHERE: readonly (readonly [commands: RegExp, where: string])[] = [
  [/^kubectl (apply|replace|wait|get|describe|--namespace shop delete lease) /, 'test/e2e/install/documents.test.ts'],
  [/^loadtest (wait checkout|(trigger|trend) nightly)/, 'test/e2e/install/documents.test.ts'],
  [/^helm (install|upgrade) |^kubectl -n loadtest-system create secret /, 'test/e2e/install/upgrade.test.ts'],
  [
    /^npm run cluster -- /,
    'every test of test/e2e and test/chaos needs the cluster, which its setup starts by the same functions',
  ],
  [/^npm run build\b/, 'test/cluster/build/images.ts builds the images of all e2e tests by it'],
  [/^docker (build|push) /, 'a container engine; test/cluster/build/buildah.ts builds the same Dockerfile'],
  [/^kind load /, 'a cluster of kind, which needs a container engine'],
  [/^cosign /, 'an image of the release workflow'],
  [/^npm test\b/, 'these tests are a part of it'],
  [/^npm link\b/, 'it would change this machine; test/servers/package.test.ts installs the same package'],
];
const isElsewhere = (command: string) => ELSEWHERE.some(([pattern]) => pattern.test(command));

/** The commands of a Markdown page in their order: those of blocks, and those of tables of text, which are indented and have their explanation behind. */
function commandsOfPage(markdown: string): string[] {
  const shells = [
    ...markdown.matchAll(/^ *```(sh|console)\n(.*?)^ *```$|^ {4}(npm|loadtest)( [^\n]*?)(?: {2,}[^\n]*)?$/gms),
  ];
  return shells.flatMap(([, language, block = '', program, words]) => {
    if (program !== undefined) return [program + words];
    const joined = block.replaceAll('\\\n', ' ').split('\n');
    const lines = language === 'sh' ? joined : joined.flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
    return lines.map((line) => line.replace(/\s+#.*$/, '').trim()).filter(Boolean);
  });
}

/** The commands in the comment at the top of an example. */
function commandsOfExample(yaml: string): string[] {
  const header = /^(#.*\n)*/.exec(yaml)![0];
  const lines = [...header.matchAll(/^# {3}(\S.*)$/gm)].map(([, line]) => line!);
  return lines.filter((line) => /^(node|loadtest|kubectl) /.test(line));
}

const examples = globSync('examples/*.yaml', { cwd: root }).sort();
const sessions: Record<string, string[]> = Object.fromEntries([
  ...globSync('{*,docs/*}.md', { cwd: root }).map((page) => [page, commandsOfPage(read(page))]),
  ...examples.map((path) => [path, commandsOfExample(read(path))]),
]);

/** The exit codes of commands that do not pass: in the tutorial, two loads are too much for their target. */
const FAILING = [/maxInFlight=2$/, /kill -STOP/];
const FAILED = 1;
const INCONCLUSIVE = 2;

/** A free port of this machine. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

/**
 * How much longer the demo target may take here than on a reader's machine. It shares the cores with other tests, and CI's machines pause for most
 * of a second. Its responses are then late indeed, and a verdict of failure would be true.
 */
const SLOWER = 8;

/** The text of a file for this machine: the demo target listens on `port`, and may be slower. */
function forThisMachine(file: string, port: string): string {
  const limits = /(?<=(max|timeout): )\d+(?=m?s\b)|(?<=maxInFlight: )\d+/g;
  return file.replaceAll(PORT, port).replace(limits, (limit) => String(Number(limit) * SLOWER));
}

/** A command for this machine; the stall of the tutorial is as much longer as leaves it above the limits. */
const commandHere = (command: string, port: string) =>
  command.replaceAll(PORT, port).replace('kill -STOP $target; sleep 1;', 'kill -STOP $target; sleep 4;');

/** A folder with what a reader of a clone has. `npm start` finds the examples beside its own script, so that the scripts are copies, too. */
function cloneFor(port: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadtest-documents-'));
  for (const name of ['examples', 'scripts']) cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const path of globSync(['examples/*.*', 'scripts/start.ts'], { cwd: folder }).map((file) =>
    join(folder, file),
  )) {
    writeFileSync(path, forThisMachine(readFileSync(path, 'utf8'), port));
  }
  for (const [file, page] of Object.entries({ 'mine.yaml': 'docs/tutorial.md', 'from-k6.yaml': 'docs/migration.md' })) {
    const yaml = /^```yaml\n(.*?)^```$/ms.exec(read(page))![1]!;
    writeFileSync(join(folder, file), forThisMachine(yaml, port));
  }
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(root, 'bin/loadtest.cjs'), join(folder, 'bin/loadtest'));
  for (const name of ['package.json', 'package-lock.json', 'node_modules', 'cli'])
    symlinkSync(join(root, name), join(folder, name));
  return folder;
}

// The loads take their time, and little of the machine's.
describe('a command of a document', { concurrency: 4 }, () => {
  /** Runs commands one after another in one shell, as a reader types them; returns their exit codes and all output. */
  async function type(commands: readonly string[]): Promise<{ codes: number[]; output: string }> {
    const port = await freePort();
    const folder = cloneFor(port);
    const listening = `until (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null; do sleep 0.1; done`;
    const lines = commands.flatMap((command) => [
      commandHere(command, port),
      'echo "code $?"',
      ...(command.includes('demo-target') ? [listening] : []),
    ]);
    const script = [...lines, '[ -z "$(jobs -p)" ] || kill $(jobs -p) 2>/dev/null'].join('\n');
    const env = { ...process.env, PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}` };
    const shell = spawn('bash', ['-c', `exec 2>&1\n${script}`], { cwd: folder, env });
    shell.stdin.end();
    const output = await text(shell.stdout);
    rmSync(folder, { recursive: true });
    return { codes: [...output.matchAll(/^code (\d+)$/gm)].map(([, code]) => Number(code)), output };
  }

  for (const [document, commands] of Object.entries(sessions)) {
    const here = commands.filter((command) => !isElsewhere(command));
    if (here.length === 0) continue;
    it(`does in ${document} what it says`, { timeout: 600_000 }, async () => {
      const { codes, output } = await type(here);
      assert.equal(codes.length, here.length, output);
      for (const [i, command] of here.entries()) {
        const fails = FAILING.some((pattern) => pattern.test(command));
        // A busy machine leaves a verdict open; it never turns one round.
        const allowed = [fails ? FAILED : 0, ...(/loadtest |npm start/.test(command) ? [INCONCLUSIVE] : [])];
        assert.ok(allowed.includes(codes[i]!), `${command}: exit code ${codes[i]}\n${output}`);
      }
    });
  }

  it('starts the demo target before a load test of it, in every document', () => {
    for (const [document, commands] of Object.entries(sessions)) {
      const first = commands.findIndex((command) => /^loadtest run \S+\.yaml/.test(command));
      const started = commands.findIndex((command) => command.startsWith('node examples/demo-target.mjs'));
      if (first >= 0) assert.ok(started >= 0 && started < first, document);
    }
  });

  it('is left out here only where another test runs it, or for a reason', () => {
    const commands = Object.values(sessions).flat();
    for (const [pattern, where] of ELSEWHERE) {
      assert.ok(
        commands.some((command) => pattern.test(command)),
        `no document has ${pattern}`,
      );
      for (const [path] of where.matchAll(/test\/[\w./-]+\.ts/g)) assert.ok(existsSync(join(root, path)), path);
    }
  });

  it('is one that the command line takes', () => {
    for (const command of Object.values(sessions).flat()) {
      const [, words] = /^loadtest (.*?)(?: [>&] ?.*)?$/.exec(command) ?? [];
      if (words === undefined) continue;
      const parsed = parseCommand(words.replace(/'[^']*'|"[^"]*"/g, 'x=1').split(/\s+/));
      assert.ok('command' in parsed, `${command}: ${'problem' in parsed && parsed.problem}`);
    }
  });

  it(`starts the demo target on Node ${OLDEST}`, async () => {
    const node = await nodeBinary(OLDEST);
    const target = spawn(node, [join(root, 'examples/demo-target.mjs'), '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(target.stdout, 'data');
    target.kill();
    assert.match(String(line), /^http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  it('belongs to every example that runs on this machine', () => {
    const without = examples.filter((path) => sessions[path]!.length === 0).map((path) => basename(path));
    assert.deepEqual(without, ['grpc.yaml', 'nightly-capacity.yaml', 'nightly.yaml', 'proxy.yaml', 'tls.yaml']);
  });
});
