import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { type Operator, startOperator } from '../../../operator/operator.ts';
import { jsonLog } from '../../../operator/runtime/log.ts';
import { binaries } from '../../cluster/build/binaries.ts';
import { CommandError, run } from '../../cluster/system/run.ts';
import { until as untilWithin } from '../../cluster/system/wait.ts';
import { measure } from '../../support/gates/engines.ts';
import { snapshot } from '../../support/operator/operator-fixtures.ts';
import { CONFIG, SimulatedNode } from '../support/simulated-node.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const NAMESPACE = 'shop';
const gate = (file: string) => readFileSync(join(import.meta.dirname, '../../../examples/gates', file), 'utf8');
const documents = (file: string) => parseAllDocuments(gate(file)).map((document) => document.toJS());
const [, role] = documents('ci-role.yaml');

let server: TestServer;
let operator: Operator;
let node: SimulatedNode;
let bin: string;
let directory: string;
/** The kubeconfig of the ServiceAccount of ci-role.yaml, and its token. */
let ci: string;
let token: string;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'loadtest-gates-'));
  bin = await binaries('controlPlane', () => {});
  server = await startTestServer();
  operator = await startOperator({ config: CONFIG, log: jsonLog(() => {}), kubeconfig: server.kubeconfig });
  node = new SimulatedNode(server, NAMESPACE);
  node.operator = operator;
  await kubectl(server.kubeconfig, 'create', 'namespace', NAMESPACE);
  await apply(gate('ci-role.yaml'));
  token = await until('the token', async () => {
    const secret = await kubectl(
      server.kubeconfig,
      '-n',
      NAMESPACE,
      'get',
      'secret',
      'loadtest-ci-token',
      '-o',
      'json',
    );
    const { data } = JSON.parse(secret);
    return data?.token && Buffer.from(data.token, 'base64').toString();
  });
  const config = parse(readFileSync(server.kubeconfig, 'utf8'));
  config.users[0].user = { token };
  config.contexts[0].context.namespace = NAMESPACE;
  ci = join(directory, 'ci.kubeconfig');
  writeFileSync(ci, stringify(config));
});
after(async () => {
  await operator.stop();
  await server.stop();
  rmSync(directory, { recursive: true });
});

const until = <T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> =>
  untilWithin(what, attempt, { timeoutMs: 30_000 });

function kubectl(kubeconfig: string, ...args: string[]): Promise<string> {
  return run([join(bin, 'kubectl'), '--kubeconfig', kubeconfig, ...args]);
}

function apply(yaml: string): Promise<string> {
  return run([join(bin, 'kubectl'), '--kubeconfig', server.kubeconfig, 'apply', '-f', '-'], { input: yaml });
}

/** The exit code of a command of the ServiceAccount. */
async function codeOf(command: Promise<string>): Promise<number> {
  return command.then(
    () => 0,
    (error: unknown) => {
      assert.ok(error instanceof CommandError, String(error));
      return error.code ?? -1;
    },
  );
}

/** Waits until a LoadTest exists, and gives it a result: one that passes, that is too slow, or that somebody stopped. */
async function finish(name: string, verdict: 'passed' | 'failed' | 'inconclusive'): Promise<void> {
  await until(name, async () => (await node.status(name)).conditions);
  if (verdict === 'inconclusive') {
    const stop = { metadata: { annotations: { 'loadtest.dev/stop': 'true' } } };
    const path = node.path(name);
    await server.call({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body: stop });
    await node.until(name, 'Complete', 'True');
    return;
  }
  const { tokens } = await node.underLoad(name, 1);
  const final = {
    phase: 'Finished' as const,
    snapshot: { ...snapshot(100, verdict === 'passed' ? 5 : 5_000), elapsedMs: 1_000 },
  };
  await node.untilInstruction(tokens[0]!, final, 'Accepted');
  await node.until(name, 'Complete', 'True');
}

const VERDICTS = ['passed', 'failed', 'inconclusive'] as const;

describe('Argo Rollouts', () => {
  const [template, rollout] = documents('argo-rollouts.yaml');
  const text = stringify(template);
  const argsFor = (run: string, bearer: string) => ({
    ...{ run, target: 'http://checkout.shop.svc', namespace: NAMESPACE, api: server.server, token: bearer },
  });
  /** One measurement of each metric of the analysis of a release. */
  const analyse = async (run: string, bearer = token) => {
    const measured = await measure(text, argsFor(run, bearer));
    return Object.fromEntries(measured.map(({ metric, phase, message }) => [metric, `${phase} ${message}`.trim()]));
  };
  const PHASES = { passed: 'Successful', failed: 'Failed', inconclusive: 'Inconclusive' };

  for (const verdict of VERDICTS)
    it(`sees a LoadTest of its own that is ${verdict} as ${PHASES[verdict]}`, async () => {
      const run = `rollout-${verdict}`;
      const first = await analyse(run);
      assert.equal(first.start, 'Successful');
      assert.match(first.verdict!, /^Error .*(JSONPath|404)/, 'asks again');
      const finished = finish(run, verdict);
      await until('the verdict', async () => !(await analyse(run)).verdict!.startsWith('Error') || undefined);
      await finished;
      // The same release again: the LoadTest exists, and its verdict stands.
      const again = await analyse(run);
      assert.match(again.start!, /^Error .*409/);
      assert.equal(again.verdict, PHASES[verdict]);
    });

  it('asks again when it has no permission', async () => {
    const { start, verdict } = await analyse('rollout-passed', 'wrong');
    assert.match(start!, /^Error .*401/);
    assert.match(verdict!, /^Error .*401/);
  });

  it('gets the arguments that the Rollout passes', () => {
    const passed = rollout.spec.strategy.canary.steps.flatMap((step: { analysis?: { args: { name: string }[] } }) =>
      (step.analysis?.args ?? []).map(({ name }) => name),
    );
    const open = template.spec.args.filter((arg: object) => !('value' in arg) && !('valueFrom' in arg));
    assert.deepEqual(
      passed,
      open.map(({ name }: { name: string }) => name),
    );
  });
});

describe('a gate of kubectl', () => {
  const [job, config] = documents('job.yaml');
  const [task] = documents('tekton-task.yaml');
  const [canary, canaryTest] = documents('flagger.yaml');
  const file = () => join(directory, 'loadtest.yaml');
  before(() => writeFileSync(file(), config.data['loadtest.yaml']));

  type Step = { command: string[]; args?: string[] };
  const { initContainers, containers } = job.spec.template.spec;
  const GATES: Record<string, Step[]> = { job: [...initContainers, ...containers], tekton: task.spec.steps };
  /** The command of a step with the variables that Tekton replaces. */
  const wordsOf = ({ command, args = [] }: Step) =>
    [...command, ...args]
      .slice(1)
      .map((word) =>
        word
          .replaceAll('$(params.timeout)', '20s')
          .replace('$(workspaces.source.path)/$(params.file)', file())
          .replace('/test/loadtest.yaml', file()),
      );

  for (const [name, steps] of Object.entries(GATES))
    for (const verdict of VERDICTS)
      it(`in ${name} ${verdict === 'passed' ? 'opens' : 'stays closed'} when the test is ${verdict}`, async () => {
        const [start, ...rest] = steps.map(wordsOf);
        await kubectl(ci, ...start!);
        const finished = finish('checkout-gate', verdict);
        const codes: number[] = [];
        for (const words of rest) codes.push(await codeOf(kubectl(ci, ...words)));
        await finished;
        assert.deepEqual(codes, verdict === 'passed' ? [0, 0] : [0, 1]);
      });

  it('in flagger has the exit code 0 only for a test that passed', async () => {
    await apply(stringify(canaryTest));
    const [{ metadata }] = canary.spec.analysis.webhooks;
    const command = metadata.cmd.replaceAll('/tmp/checkout.yaml', join(directory, 'canary.yaml'));
    const env = { KUBECONFIG: ci, PATH: `${bin}${delimiter}${process.env.PATH}` };
    for (const verdict of VERDICTS) {
      const before = await kubectl(ci, 'get', 'loadtests', '-o', 'name');
      const code = codeOf(run(['bash', '-c', command], { env }));
      const created = await until('the test', async () => {
        const names = (await kubectl(ci, 'get', 'loadtests', '-o', 'name')).split('\n');
        return names.find((name) => name.includes('checkout-canary-') && !before.includes(name));
      });
      await finish(created.split('/')[1]!, verdict);
      assert.equal(await code, verdict === 'passed' ? 0 : 1, verdict);
    }
  });

  it('needs each verb of its Role', async () => {
    let revision = 0;
    /** As a pipeline applies a file whose labels have changed. */
    const applyChanged = () => {
      const test = parse(config.data['loadtest.yaml']);
      const labels = { revision: String(revision++) };
      const changed = join(directory, 'changed.yaml');
      writeFileSync(changed, stringify({ ...test, metadata: { ...test.metadata, labels } }));
      return kubectl(ci, 'apply', '-f', changed);
    };
    const commands = {
      create: () => kubectl(ci, 'create', '-f', file()),
      get: () => kubectl(ci, 'get', '-f', file()),
      list: () => kubectl(ci, 'get', 'loadtests'),
      watch: () => kubectl(ci, 'wait', '--for=condition=Running', '--timeout=2s', '-f', file()),
      patch: applyChanged,
      delete: () => kubectl(ci, 'delete', '-f', file()),
    };
    /** Whether the API server refuses a command. That a wait takes too long is no refusal. */
    const isRefused = (command: Promise<string>) =>
      command.then(
        () => false,
        (error: unknown) => /forbidden/.test(String(error)),
      );
    const { verbs } = role.rules[0];
    assert.deepEqual([...verbs].sort(), Object.keys(commands).sort());
    await codeOf(commands.delete());
    const restrict = (without?: string) => {
      const rules = [{ ...role.rules[0], verbs: verbs.filter((verb: string) => verb !== without) }];
      return apply(stringify({ ...role, rules }));
    };
    for (const [verb, command] of Object.entries(commands)) {
      await restrict(verb);
      await until(`the refusal to ${verb}`, async () => (await isRefused(command())) || undefined);
      await restrict();
      await until(`the permission to ${verb}`, async () => !(await isRefused(command())) || undefined);
    }
  });

  it('may do nothing else', async () => {
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const isAllowed = async (resourceAttributes: object) => {
      const spec = { user: `system:serviceaccount:${NAMESPACE}:loadtest-ci`, resourceAttributes };
      const { body } = await server.call({ method: 'POST', path, body: { spec } });
      return (body.status as { allowed: boolean }).allowed;
    };
    const loadtests = { group: 'loadtest.dev', resource: 'loadtests', namespace: NAMESPACE };
    assert.ok(await isAllowed({ ...loadtests, verb: 'create' }));
    for (const attributes of [
      { ...loadtests, verb: 'create', namespace: 'default' },
      { ...loadtests, verb: 'update' },
      { ...loadtests, verb: 'patch', subresource: 'status' },
      { verb: 'get', resource: 'secrets', namespace: NAMESPACE },
      { verb: 'create', resource: 'pods', namespace: NAMESPACE },
      { verb: 'list', resource: 'configmaps', namespace: NAMESPACE },
    ])
      assert.ok(!(await isAllowed(attributes)), JSON.stringify(attributes));
  });
});
