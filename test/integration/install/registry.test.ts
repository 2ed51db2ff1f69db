import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { OLDEST_KUBERNETES, packChart, writeReleasedChart } from '../../../scripts/release/chart.ts';
import { binaries } from '../../cluster/build/binaries.ts';
import { run } from '../../cluster/system/run.ts';
import { withTempDir } from '../../cluster/system/tempdir.ts';

it('the released chart comes back from a registry as it was, and installs the released image', () =>
  withTempDir(async (dir) => {
    const tools = [await binaries('helm', () => {}), await binaries('registry', () => {})];
    process.env.PATH = [...tools, process.env.PATH].join(delimiter);
    const digest = `sha256:${'0f'.repeat(32)}`;
    writeReleasedChart(
      join(dir, 'loadtest-operator'),
      { repository: 'reg.example/op', digest },
      'https://git.example/op',
    );
    const archive = join(dir, 'chart.tgz');
    cpSync(await packChart(join(dir, 'loadtest-operator'), dir), archive);
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));

    const registry = spawn('crane', ['registry', 'serve', '--address', '127.0.0.1:0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const port = await servedPort(registry.stderr);
      const repository = `oci://127.0.0.1:${port}/charts`;
      await run(['helm', 'push', archive, repository, '--plain-http']);
      const from = [`${repository}/loadtest-operator`, '--version', version, '--plain-http'];
      await run(['helm', 'pull', ...from, '--destination', join(dir)]);
      assert.deepEqual(readFileSync(join(dir, `loadtest-operator-${version}.tgz`)), readFileSync(archive));
      const rendered = await run(['helm', 'template', 'rel', ...from, '--kube-version', OLDEST_KUBERNETES]);
      assert.match(rendered, new RegExp(`image: "reg.example/op@${digest}"`));
      const notes = await run(['helm', 'show', 'chart', ...from]);
      assert.match(notes, new RegExp(`image: reg.example/op@${digest}`));
    } finally {
      registry.kill();
      await once(registry, 'close');
    }
  }));

/** The port in the line that the registry logs. */
async function servedPort(log: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(log)) {
    const port = /port (\d+)|127\.0\.0\.1:(\d+)/.exec(line);
    if (port !== null) return port[1] ?? port[2] ?? '';
  }
  throw new Error('the registry ended before it served');
}
