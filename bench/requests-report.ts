import { SCENARIOS, type Scenario } from './scenario.ts';
import { formatSpread, spreadOf, table } from './statistics.ts';
import { describeMachine, type Machine } from './store.ts';
import { cpuEach, type Run, type Skipped } from './tool-run.ts';
import { YARDSTICK } from './tools/index.ts';

export type RequestsResult = {
  machine: Machine;
  rounds: number;
  seconds: number;
  runs: readonly Run[];
  skipped: readonly Skipped[];
};

/** CPU per request of every tool under every scenario, in Markdown. */
export function requestsReport(result: RequestsResult): string {
  const { rounds, seconds, runs, skipped } = result;
  const parts = SCENARIOS.filter(({ name }) => runs.some((r) => r.scenario === name)).map((scenario) =>
    scenarioPart(scenario, result),
  );
  const missing = skipped.filter((s) => s.scenario === undefined).map((s) => `- ${s.tool}: ${s.reason}`);
  return [
    '# CPU per request',
    '',
    describeMachine(result.machine),
    `${rounds} rounds of ${seconds} s, in which the tools take turns; minimum / median / maximum. Generator and target have a core each.`,
    `Ratios are to ${YARDSTICK} in the same round. CPU is user and system time of the generator's process tree, including its start;`,
    'for `engine`, the request loop of `loadtest`, and the floors `bare` and `paced`, it is that of the load alone.',
    ...parts,
    ...(missing.length === 0 ? [] : ['', '## Not measured', '', ...missing]),
  ].join('\n');
}

function scenarioPart(scenario: Scenario, { runs: all, skipped, seconds }: RequestsResult): string {
  const runs = all.filter((r) => r.scenario === scenario.name);
  const tools = [...new Set(runs.map((r) => r.tool))];
  const yardstick = new Map(runs.filter((r) => r.tool === YARDSTICK).map((r) => [r.round, cpuEach(r)]));
  const open = scenario.load.type === 'Open';
  const rows = tools
    .map((tool) => runs.filter((r) => r.tool === tool))
    .map((own) => ({
      ratio: spreadOf(own.flatMap((r) => cpuEach(r) / (yardstick.get(r.round) ?? Number.NaN))),
      own,
    }))
    .sort((a, b) => a.ratio!.median - b.ratio!.median)
    .map(({ ratio, own }) => [
      own[0]!.tool === YARDSTICK && (open || ['h2', 'grpc'].includes(scenario.protocol))
        ? `${YARDSTICK} (closed loop, HTTP/1.1)`
        : own[0]!.tool,
      formatSpread(ratio, 2),
      formatSpread(spreadOf(own.map(cpuEach)), 1),
      open
        ? sentOfDemanded(own)
        : Math.round(spreadOf(own.map((r) => r.requests / seconds))!.median).toLocaleString('en'),
      ...(open ? [lag(own, 'lagP50'), lag(own, 'lagP99')] : []),
    ]);
  const columns = open ? ['sent / demanded', 'pacing lag p50, ms', 'p99, ms'] : ['requests/s'];
  const cannot = skipped.filter((s) => s.scenario === scenario.name).map((s) => `${s.tool} (${s.reason})`);
  return [
    '',
    `## ${scenario.title}`,
    '',
    table(['tool', 'ratio', 'CPU per request, µs', ...columns], rows),
    ...(cannot.length === 0 ? [] : ['', `Not measured: ${cannot.join(', ')}.`]),
  ].join('\n');
}

function sentOfDemanded(runs: readonly Run[]): string {
  const shares = runs.flatMap((r) => (r.demanded === undefined ? [] : (100 * r.requests) / r.demanded));
  const spread = spreadOf(shares);
  return spread === undefined ? '' : `${spread.min.toFixed(2)} – ${spread.max.toFixed(2)}%`;
}

function lag(runs: readonly Run[], name: 'lagP50' | 'lagP99'): string {
  return formatSpread(spreadOf(runs.flatMap((r) => r.report[name] ?? [])), 2);
}
