import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const gate = (file: string) => readFileSync(join(root, 'examples/gates', file), 'utf8');

/** Short loads with each verdict. The baseline of the last one does not exist. */
const load = { type: 'Open', open: { stages: [{ duration: '300ms', rate: 50 }] } };
const SPECS = {
  passed: { load },
  failed: { load, thresholds: [{ metric: 'responseTime.max', max: '1us' }] },
  inconclusive: { load, compareWith: { name: 'nobody' } },
};
type Verdict = keyof typeof SPECS;

let directory: string;
let target: Server;
let comments: { body: string; url: string }[] = [];
let mayComment = true;

/** The target, and the part of GitHub's API that the action uses: comments of pull request 7. */
async function startServer(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://x');
    const body = request.method === 'GET' ? {} : ((await json(request)) as { body: string });
    const allComments = '/api/repos/shop/checkout/issues/7/comments';
    const own = comments.find(({ url }) => url.endsWith(pathname));
    if (!pathname.startsWith('/api/')) return response.end('{}');
    if (!mayComment || request.headers.authorization !== 'Bearer t0ken') response.statusCode = 403;
    else if (request.method === 'POST' && pathname === allComments)
      comments.push({ ...(body as { body: string }), url: `${origin()}/api/comments/${comments.length}` });
    else if (request.method === 'PATCH' && own) Object.assign(own, body);
    return response.end(JSON.stringify(pathname === allComments ? comments : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
const origin = () => `http://127.0.0.1:${(target.address() as AddressInfo).port}`;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'loadtest-pipelines-'));
  target = await startServer();
  mkdirSync(join(directory, 'bin'));
  symlinkSync(join(root, 'bin/loadtest.cjs'), join(directory, 'bin/loadtest'));
  for (const [verdict, spec] of Object.entries(SPECS)) {
    const test = { apiVersion: 'loadtest.dev/v1alpha1', kind: 'LoadTest', metadata: { name: verdict } };
    const document = { ...test, spec: { target: { url: origin() }, ...spec } };
    writeFileSync(join(directory, `${verdict}.yaml`), JSON.stringify(document));
  }
});
after(() => {
  target.close();
  rmSync(directory, { recursive: true });
});

/** Runs shell commands as the runner of a pipeline does, which stops at the first that fails. */
async function shell(
  script: string,
  env: Record<string, string>,
  cwd = directory,
): Promise<{ code: number; out: string }> {
  const path = `${join(directory, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`;
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', `exec 2>&1\n${script}`], {
    cwd,
    env: { ...process.env, CI: 'true', PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, out };
}

describe('the GitHub action', { concurrency: true }, () => {
  const action = parse(readFileSync(join(root, 'action.yaml'), 'utf8'));
  type Inputs = Record<string, string>;

  /** The value of an expression in `${{ }}` with the operators that the action uses. */
  function resolved(expression: string, known: Record<string, string>): string {
    const names = expression.split('||').map((name) => name.trim());
    for (const name of names) assert.ok(name in known, `${name} is known`);
    return names.map((name) => known[name]!).find(Boolean) ?? '';
  }

  /** Runs the steps of action.yaml as GitHub does, in a folder of its own, until one fails. */
  async function use(inputs: Inputs): Promise<{ code: number; out: string; summary: string; outputs: Inputs }> {
    const folder = mkdtempSync(join(directory, 'job-'));
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    const event = join(folder, 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
    const github = { GITHUB_API_URL: `${origin()}/api`, GITHUB_REPOSITORY: 'shop/checkout', GITHUB_EVENT_PATH: event };
    const known: Inputs = { 'github.token': 't0ken' };
    for (const [name, { default: standard }] of Object.entries<{ default: string }>(action.inputs))
      known[`inputs.${name}`] = inputs[name] ?? standard.replace(/^\$\{\{ (.*) \}\}$/, (_, what) => known[what]!);
    const result = { code: 0, out: '' };
    for (const { id, if: condition, run, env = {} } of action.runs.steps) {
      if (condition !== undefined && known[condition.split(' ')[0]] !== 'true') continue;
      const own = Object.entries<string>(env).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression) => resolved(expression, known)),
      ]);
      const runner = { ...files, ...github, RUNNER_TEMP: folder, GITHUB_ACTION_PATH: root };
      const { code, out } = await shell(run, { ...runner, ...Object.fromEntries(own) });
      Object.assign(result, { code, out: result.out + out });
      if (code !== 0) break;
      const written = existsSync(files.GITHUB_OUTPUT) ? readFileSync(files.GITHUB_OUTPUT, 'utf8') : '';
      for (const [, name, value] of written.matchAll(/^(\w+)=(.*)$/gm)) known[`steps.${id}.outputs.${name}`] = value!;
    }
    const outputs = Object.entries<{ value: string }>(action.outputs).map(([name, { value }]) => [
      name,
      resolved(value.replace(/^\$\{\{ (.*) \}\}$/, '$1'), known),
    ]);
    const summary = existsSync(files.GITHUB_STEP_SUMMARY) ? readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') : '';
    return { ...result, summary, outputs: Object.fromEntries(outputs) };
  }

  const rows: [verdict: Verdict, inputs: Inputs, code: number][] = [
    ['passed', {}, 0],
    ['failed', {}, 1],
    ['inconclusive', {}, 2],
    ['inconclusive', { inconclusive: 'pass' }, 0],
  ];
  for (const [verdict, inputs, expected] of rows)
    it(`ends with ${expected} when a test is ${verdict} ${JSON.stringify(inputs)}`, async () => {
      const { code, out, summary, outputs } = await use({ ...inputs, file: `${verdict}.yaml`, comment: 'false' });
      assert.equal(code, expected, out);
      assert.equal(outputs.verdict, verdict);
      assert.match(summary, new RegExp(`^### Load test \`${verdict}\`: .+ ${verdict}`, 'i'));
      for (const file of ['report.html', 'junit.xml', 'report.json', 'summary.md'])
        assert.ok(existsSync(join(outputs.directory!, file)), file);
    });

  it('passes arguments on as words, and evaluates nothing in them', async () => {
    const bad = `touch ${join(directory, 'evaluated')}`;
    const set = `--set "load.open.stages[0].rate=40" --set 'requests=[{name: a, headers: [{name: X, value: "$(${bad})"}]}]'`;
    const { code, out, outputs } = await use({ file: 'passed.yaml', arguments: set, comment: 'false' });
    assert.equal(code, 0, out);
    const { spec } = JSON.parse(readFileSync(join(outputs.directory!, 'report.json'), 'utf8'));
    assert.deepEqual([spec.load.open.stages[0].rate, spec.requests[0].headers[0].value], [40, `$(${bad})`]);
    assert.ok(!existsSync(join(directory, 'evaluated')));
  });

  it('ends with 64 when there is no test', async () => {
    const { code, out, outputs } = await use({ file: 'nothing.yaml', comment: 'true' });
    assert.equal(code, 64, out);
    assert.equal(outputs.verdict, 'error');
    assert.match(out, /nothing\.yaml/);
  });

  it('keeps one comment for each key, and warns when it may not comment', async () => {
    comments = [{ body: 'of somebody else', url: `${origin()}/api/comments/0` }];
    for (const key of ['', 'another']) await use({ file: 'passed.yaml', 'comment-key': key });
    assert.equal((await use({ file: 'failed.yaml', 'comment-key': 'passed.yaml' })).code, 1);
    assert.deepEqual(
      comments.map(({ body }) => /: \S+ (passed|failed)$/im.exec(body)?.[1]?.toLowerCase()),
      [undefined, 'failed', 'passed'],
    );
    mayComment = false;
    const { code, out } = await use({ file: 'passed.yaml' });
    mayComment = true;
    assert.equal(code, 0, out);
    assert.match(out, /::warning.*comments: 403/);
  });

  it('is used by the example with inputs and outputs that it has', () => {
    const { jobs } = parse(gate('github-workflow.yaml'));
    const [use, upload] = jobs.loadtest.steps.slice(1);
    for (const input of Object.keys(use.with)) assert.ok(input in action.inputs, input);
    assert.equal(upload.with.path, '${{ steps.loadtest.outputs.directory }}');
  });
});

describe('a pipeline to copy', { concurrency: true }, () => {
  const CODES = { passed: 0, failed: 1, inconclusive: 2 } satisfies Record<Verdict, number>;
  const gitlab = parse(gate('gitlab-ci.yaml'))['load-test'];
  const jenkins = /script: '''\n(.*?)'''/s.exec(gate('Jenkinsfile'))![1]!;
  for (const verdict of Object.keys(CODES) as Verdict[]) {
    it(`of GitLab or Jenkins has the exit code of a test that is ${verdict}`, async () => {
      for (const script of [gitlab.script.join('\n'), jenkins]) {
        const workspace = mkdtempSync(join(directory, 'workspace-'));
        const { code, out } = await shell(script, { LOADTEST_FILE: join(directory, `${verdict}.yaml`) }, workspace);
        assert.equal(code, CODES[verdict], out);
        assert.ok(existsSync(join(workspace, 'loadtest.html')));
        assert.match(readFileSync(join(workspace, gitlab.artifacts.reports.junit), 'utf8'), /^<\?xml .*<testsuite /s);
      }
    });
  }
  it('treats an inconclusive verdict as a warning', () => {
    assert.deepEqual(gitlab.allow_failure, { exit_codes: [CODES.inconclusive] });
    assert.match(gate('Jenkinsfile'), /code == 2\) \{\s+unstable\(/);
  });
});
