import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'undici';
import { LONG_POLL_HEADER, RUNNER_UPDATE_PATH } from '../../api/protocol/exchange.ts';
import type { Instruction } from '../../api/protocol/instruction.ts';
import type { RunnerUpdateMessage } from '../../api/protocol/runner-update.ts';
import type { SimulatedLoad } from './load.ts';

/** The updates of a part of the test: their times without the time for which the operator held the response, and the runners that have come to it. */
export type Stage = { latencies: number[]; enteredBy: number };
export type RunnersState = {
  stages: Stage[];
  load: SimulatedLoad;
  seconds: number;
  lastFinalAt: number;
  nextReportMs: number;
  completeAt?: number;
};

/** Simulates one runner from its first update until Accepted; it reports at the times that the operator requests. */
export async function simulateRunner(state: RunnersState, client: Client, token: string, index: number): Promise<void> {
  const [waiting, underLoad, ending] = state.stages;
  await sleep(Math.random() * 1000);
  let instruction = await send(waiting!, client, token, { phase: 'Starting' });
  while (instruction.instruction !== 'Prepare') {
    await sleep(instruction.nextReportMs);
    instruction = await send(waiting!, client, token, { phase: 'Starting' });
  }
  while (instruction.instruction !== 'Start') {
    instruction = await send(waiting!, client, token, { phase: 'Ready' });
    if (instruction.instruction !== 'Start') await sleep(instruction.nextReportMs);
  }
  underLoad!.enteredBy++;
  await sleep((instruction.startAtMs ?? instruction.nowMs) - instruction.nowMs);
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  // As in the runner: the first update after a random part of the pause, so that the updates spread.
  await sleep(Math.random() * instruction.nextReportMs);
  while (elapsed() < state.seconds * 1000) {
    const snapshot = state.load.of(index, Math.floor(elapsed() / 1000));
    instruction = await send(underLoad!, client, token, { phase: 'Running', snapshot });
    state.nextReportMs = instruction.nextReportMs;
    await sleep(Math.min(instruction.nextReportMs, Math.max(0, state.seconds * 1000 - elapsed())));
  }
  ending!.enteredBy++;
  const last: RunnerUpdateMessage = { phase: 'Finished', snapshot: state.load.of(index, state.seconds) };
  for (let first = true; instruction.instruction !== 'Accepted'; first = false) {
    const windows = instruction.wantsIntervals ? state.load.intervals(index) : 'Kept';
    instruction = await send(ending!, client, token, { ...last, windows });
    // The operator processed the update at its arrival and held the response.
    if (first) state.lastFinalAt = Math.max(state.lastFinalAt, performance.now() - (instruction.heldMs ?? 0));
    if (instruction.instruction !== 'Accepted') await sleep(instruction.nextReportMs);
  }
}

async function send(stage: Stage, client: Client, token: string, update: RunnerUpdateMessage): Promise<Instruction> {
  const body = JSON.stringify(update);
  for (;;) {
    const began = performance.now();
    const response = await client.request({
      method: 'POST',
      path: RUNNER_UPDATE_PATH,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...LONG_POLL_HEADER },
      body,
    });
    const instruction = (await response.body.json()) as Instruction & { error?: string };
    stage.latencies.push(performance.now() - began - (instruction.heldMs ?? 0));
    if (response.statusCode === 200) return instruction;
    // The operator's watch has not delivered the pod yet, or the TokenReview failed.
    if (response.statusCode !== 404 && response.statusCode !== 503)
      throw new Error(`${response.statusCode}: ${instruction.error}`);
    await sleep(500);
  }
}
