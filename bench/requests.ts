import { withTempDir } from '../test/cluster/system/tempdir.ts';
import { startGrpcTarget } from './grpc/target.ts';
import type { Log } from './install.ts';
import type { Options } from './options.ts';
import { requestsReport } from './requests-report.ts';
import { SCENARIOS, type Scenario } from './scenario.ts';
import { machine, store } from './store.ts';
import { startTarget, type Target } from './target.ts';
import { describe, type Run, runOnce } from './tool-run.ts';
import { YARDSTICK } from './tools/index.ts';
import { installTools } from './tools/ready.ts';

const TARGET_CORE = 0;
const GENERATOR_CORE = 1;

/** Runs every tool in every scenario, in turns, on one core; the target has the other one. */
export async function benchRequests(options: Options, log: Log): Promise<void> {
  const { ready, skipped } = await installTools([YARDSTICK, ...options.only], log);
  const runs: Run[] = [];
  await withTempDir(async (dir) => {
    const scenarios = SCENARIOS.filter(({ name }) => options.scenarios.includes(name));
    const nginx = await startTarget(dir, [TARGET_CORE], log);
    const grpc = scenarios.some(isGrpc) ? await startGrpcTarget(TARGET_CORE, log) : undefined;
    const targetOf = (scenario: Scenario, tool: string): Target =>
      isGrpc(scenario) && tool !== YARDSTICK ? grpc! : nginx;
    try {
      for (let round = 1; round <= options.rounds; round++) {
        for (const scenario of scenarios) {
          // In turns of both directions, as a tool costs more or less right behind another.
          for (const tool of round % 2 === 0 ? ready.toReversed() : ready) {
            const result = await runOnce(tool, scenario, {
              round,
              seconds: options.seconds,
              dir,
              target: targetOf(scenario, tool.tool.name),
              cores: [GENERATOR_CORE],
            });
            if ('reason' in result) {
              if (!skipped.some((s) => s.scenario === result.scenario && s.tool === result.tool)) skipped.push(result);
              log(`${scenario.name} ${tool.tool.name}: ${result.reason}`);
              continue;
            }
            runs.push(result);
            log(`round ${round} ${scenario.name} ${describe(result)}`);
          }
        }
      }
    } finally {
      await nginx.close();
      await grpc?.close();
    }
  });
  const { rounds, seconds } = options;
  const result = { machine: machine(), rounds, seconds, runs, skipped };
  store(options.out, 'requests', result, requestsReport(result), log);
}

function isGrpc({ protocol }: Scenario): boolean {
  return protocol === 'grpc';
}
