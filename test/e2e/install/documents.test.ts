import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { API_VERSION } from '../../../api/common/group.ts';
import { findCondition } from '../../../api/status/conditions.ts';
import { EXIT } from '../../../cli/output/exit-codes.ts';
import { CommandError, run } from '../../cluster/system/run.ts';
import { repository } from '../support/environment.ts';
import { useNamespace } from '../support/namespace.ts';
import { LOGIN } from '../support/target-objects.ts';

/** How long a command that never ends by itself runs. */
const WATCHED_SECONDS = 2;
/** What `timeout` exits with when it ends a command. */
const TIMED_OUT = 124;

/** What differs between the README's test and the one here: a target that exists, and a load for one small node. */
const CHANGES: readonly (readonly [text: string, by: string])[] = [
  ['path: /orders', 'path: "/orders?status=201"'],
  ['duration: 1m, rate: 500', 'duration: 1s, rate: 20'],
  ['duration: 5m, rate: 500', 'duration: 1s, rate: 20'],
  ['replicas: 4', 'replicas: 1'],
  ['name: shop-login', `name: ${LOGIN.secret}`],
];

describe('the commands of a document for a cluster', () => {
  const ns = useNamespace('documents');
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'documents-'));
    const config = join(folder, 'kubeconfig');
    await cp(ns.environment.kubeconfig, config);
    await typed(`kubectl config set-context --current --namespace=${ns.name}`);
    const [, yaml = ''] = /^```yaml\n(.*?)^```$/ms.exec(await readFile(join(repository, 'README.md'), 'utf8')) ?? [];
    let changed = yaml.replace('http://checkout.shop.svc:8080/api', ns.url('/api'));
    for (const [text, by] of CHANGES) {
      assert.ok(changed.includes(text), `the README's test has no ${text}`);
      changed = changed.replace(text, by);
    }
    await writeFile(join(folder, 'checkout.yaml'), changed);
    await writeFile(join(folder, 'mine.yaml'), changed.replace('name: checkout', 'name: mine'));
  });
  after(() => rm(folder, { recursive: true }));

  /** The output of a command in a shell whose kubectl uses this namespace. */
  const typed = (command: string) =>
    run(['bash', '-c', command], {
      cwd: folder,
      env: {
        KUBECONFIG: join(folder, 'kubeconfig'),
        PATH: [join(repository, 'node_modules/.bin'), ns.environment.bin, process.env.PATH].join(delimiter),
      },
    });
  const codeOf = (command: string) =>
    typed(command).then(
      () => 0,
      (error: unknown) => {
        assert.ok(error instanceof CommandError, String(error));
        return error.code ?? Number.NaN;
      },
    );

  /** The commands of a page that need a cluster, one after another. */
  async function commandsOf(page: string): Promise<string[]> {
    const markdown = await readFile(join(repository, page), 'utf8');
    const blocks = [...markdown.matchAll(/^```(?:sh|console)\n(.*?)^```$/gms)].map(([, block = '']) => block);
    return blocks
      .flatMap((block) => block.split('\n'))
      .map((line) => line.replace(/^\$ /, '').replace(/\s+#.*$/, ''))
      .filter((line) => /^kubectl (?!-n )|^loadtest wait /.test(line))
      .map((line) => line.replace(/^loadtest/, join(repository, 'bin/loadtest.cjs')));
  }

  for (const page of ['README.md', 'docs/tutorial.md', 'docs/gates.md'])
    it(`do in ${page} what it says`, async () => {
      const commands = await commandsOf(page);
      assert.ok(commands.length >= 3, commands.join('\n'));
      for (const command of commands) {
        if (command.includes('--watch')) {
          assert.equal(await codeOf(`timeout ${WATCHED_SECONDS} ${command}`), TIMED_OUT, command);
          continue;
        }
        const code = await codeOf(command);
        const verdict = /condition=Passed loadtest\/(\w+)|wait (\w+) --report/.exec(command);
        if (verdict === null) {
          assert.equal(code, 0, command);
          continue;
        }
        const { status } = await ns.get(verdict[1] ?? verdict[2]!);
        const passed = findCondition(status.conditions, 'Passed')?.status === 'True';
        assert.equal(code === 0, passed, `${command}: exit code ${code}, ${JSON.stringify(status.conditions)}`);
      }
    });

  it('do for a schedule what docs/operations.md says', async () => {
    const load = { type: 'Open', open: { stages: [{ duration: '1s', rate: 20 }] } };
    await ns.apply({
      ...{ apiVersion: API_VERSION, kind: 'ScheduledLoadTest', metadata: { name: 'nightly' } },
      spec: {
        ...{ schedule: '0 0 1 1 *', suspend: true },
        loadTestTemplate: { spec: { target: { url: ns.url('/nightly') }, load } },
      },
    });
    const markdown = await readFile(join(repository, 'docs/operations.md'), 'utf8');
    const commands = [...markdown.matchAll(/^ {4}loadtest ((?:trigger|trend) .*?)(?: {2,}.*)?$/gm)];
    assert.ok(commands.length >= 4, String(commands));
    for (const [, words = ''] of commands) {
      const code = await codeOf(`SHA=abc; ${join(repository, 'bin/loadtest.cjs')} ${words}`);
      // A busy node leaves a verdict open.
      assert.ok([EXIT.passed, ...(words.includes('--wait') ? [EXIT.inconclusive] : [])].includes(code), words);
    }
  });

  it('do with the Lease of a namespace what docs/operations.md says', async () => {
    const markdown = await readFile(join(repository, 'docs/operations.md'), 'utf8');
    const [list = '', remove = ''] = markdown.match(/^kubectl .*leases? .*?(?= {3}#)/gm) ?? [];
    // The schedule needs it.
    assert.match(await typed(list), new RegExp(`^${ns.name} +loadtest.dev +\\S+/loadtest-operator `, 'm'));
    assert.equal(await codeOf(remove.replace('--namespace shop', `--namespace ${ns.name}`)), 0, remove);
  });

  it('leave the files that they name', async () => {
    assert.match(await readFile(join(folder, 'trend.html'), 'utf8'), /^<!doctype html>/i);
    assert.match(await readFile(join(folder, 'checkout.html'), 'utf8'), /^<!doctype html>/i);
    assert.match(await readFile(join(folder, 'checkout.xml'), 'utf8'), /<testsuites/);
  });
});
