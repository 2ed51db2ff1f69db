import { join } from 'node:path';
import { cProgram } from '../install.ts';
import { CONNECTIONS } from '../scenario.ts';
import { carryOut } from './ours.ts';
import { CLOSED_ONLY, HTTP1_ONLY, type Tool, type ToolReport } from './tool.ts';

const FLOORS = join(import.meta.dirname, '..', 'floors');

/** Node's sockets without an engine: the minimum cost of a generator in Node. */
export const bare: Tool = {
  name: 'bare',
  install: async () => [process.execPath, join(FLOORS, 'bare.ts')],
  protocols: HTTP1_ONLY,
  invoke(program, job) {
    return job.scenario.load.type === 'Open' ? CLOSED_ONLY : carryOut(program, job);
  },
};

/** The longest ticks with a median lag below 0.2 ms at 20,000 arrivals per second. */
const TICK_US = 340;

/** An open loop in C without accounting: the machine's minimum cost of an arrival with at most that lag. */
export const paced: Tool = {
  name: 'paced',
  install: cProgram('paced', join(FLOORS, 'paced.c')),
  invoke([program], { scenario: { load }, url, seconds }) {
    if (load.type === 'Closed') return { cannot: 'open loop only' };
    return {
      command: [program!, new URL(url).port, ...[load.rate, seconds, TICK_US, CONNECTIONS].map(String)],
      readReport: (stdout) => JSON.parse(stdout) as ToolReport,
    };
  },
};
