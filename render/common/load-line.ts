import { formatCount } from '../../api/common/quantity.ts';
import type { ClosedLoad } from '../../api/loadtest/closed-load.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { OpenLoad } from '../../api/loadtest/open-load.ts';

/** The load that was asked for, in the words of the two models. */
export function loadLine({ load }: LoadTestSpec): string {
  return load.open !== undefined ? openLine(load.open) : closedLine(load.closed!);
}

function openLine({ stages, startRate, per, arrivals }: OpenLoad): string {
  const unit = per === '1s' ? '/s' : ` per ${per}`;
  const rates = [startRate ?? stages[0]!.rate, ...stages.map((s) => s.rate)];
  const parts = stages.map(({ rate, duration }, i) =>
    rates[i] === rate
      ? `${formatCount(rate)}${unit} for ${duration}`
      : `${formatCount(rates[i]!)} to ${formatCount(rate)}${unit} in ${duration}`,
  );
  return `open model, ${arrivals === 'Poisson' ? 'Poisson' : 'uniform'} arrivals: ${parts.join(', ')}`;
}

function closedLine({ users, thinkTime, duration, iterations }: ClosedLoad): string {
  const ends = [duration, iterations && `${formatCount(iterations)} requests`].filter(Boolean).join(' or ');
  return `closed model: ${formatCount(users)} ${users === 1 ? 'user' : 'users'}, think time ${thinkTime}, for ${ends}`;
}
