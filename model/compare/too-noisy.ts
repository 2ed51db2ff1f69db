import type { Noise } from './compared-metric.ts';

/** Nobody runs a load test for longer than a day, or tolerates a metric that more than doubles. */
const LONGEST_SECONDS = 24 * 3600;
const GREATEST_LIMIT = 1;

/**
 * Which metrics are too noisy to tell a change of `maxRegression`, and what would tell it: `lengthMs` is the length of the load, and noise
 * shrinks with its square root. Both are estimates: a longer run may meet other disturbances.
 */
export function tooNoisyMessage(noises: readonly Noise[], maxRegression: string, lengthMs: number): string {
  const remedies = [lengthText(noises, lengthMs), limitText(noises)].filter((text) => text !== undefined);
  const would = remedies.length === 0 ? '' : `; ${remedies.join(' or ')} would tell`;
  return `too noisy to tell ${maxRegression}: ${noises.map(({ text }) => text).join(', ')}${would}`;
}

function lengthText(noises: readonly Noise[], lengthMs: number): string | undefined {
  const seconds = (Math.max(...noises.map(({ timesAsLong }) => timesAsLong)) * lengthMs) / 1e3;
  return seconds <= LONGEST_SECONDS ? `two runs of about ${roundedUp(seconds)}` : undefined;
}

function limitText(noises: readonly Noise[]): string | undefined {
  const limit = Math.max(...noises.map((noise) => noise.limit));
  return limit <= GREATEST_LIMIT ? `a maxRegression of ${Math.ceil(limit * 100)}%` : undefined;
}

/** A duration as a person would choose it: 73 s are "80s", 200 s "4m", three hours and a half "4h". */
function roundedUp(seconds: number): string {
  if (seconds <= 120) return `${Math.ceil(seconds / 10) * 10}s`;
  return seconds <= 7200 ? `${Math.ceil(seconds / 60)}m` : `${Math.ceil(seconds / 3600)}h`;
}
