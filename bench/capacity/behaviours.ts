/** When a response is due after its request, milliseconds, and its status. */
export type Served = { afterMs: number; status: number };

/** What a target does with a request that arrives at a time, milliseconds; requests come in the order of their arrival. */
export type Behaviour = (nowMs: number) => Served;

const OK: Served = { afterMs: 0, status: 200 };
const REFUSED: Served = { afterMs: 0, status: 503 };

/** Serves `perSecond`, with a burst of a twentieth of a second, and refuses the rest. `perSecond` may change over time. */
export function bucket(perSecondAt: (nowMs: number, offered: number) => number): Behaviour {
  let tokens = Number.POSITIVE_INFINITY;
  let lastMs = 0;
  const offered = offeredRate();
  return (nowMs) => {
    const perSecond = perSecondAt(nowMs, offered(nowMs));
    tokens = Math.min(Math.max(1, perSecond / 20), tokens + ((nowMs - lastMs) * perSecond) / 1e3);
    lastMs = nowMs;
    if (tokens < 1) return REFUSED;
    tokens--;
    return OK;
  };
}

/** Answers at once below a rate, and late above it. */
export function cliff(perSecond: number, lateMs: number): Behaviour {
  const offered = offeredRate();
  return (nowMs) => (offered(nowMs) > perSecond ? { afterMs: lateMs, status: 200 } : OK);
}

/** A queue with `servers` and exponential service times, M/M/c where arrivals are a Poisson process. */
export function queue(servers: number, meanMs: number, random: () => number): Behaviour {
  const freeMs = new Array<number>(servers).fill(0);
  return (nowMs) => {
    const first = freeMs.indexOf(Math.min(...freeMs));
    const endMs = Math.max(nowMs, freeMs[first]!) - meanMs * Math.log(1 - random());
    freeMs[first] = endMs;
    return { afterMs: endMs - nowMs, status: 200 };
  };
}

/** Stalls for the first second of each twenty: responses come at its end. */
export function disturbed(inner: Behaviour): Behaviour {
  return (nowMs) => {
    const served = inner(nowMs);
    const into = nowMs % 20_000;
    return into < 1000 ? { ...served, afterMs: Math.max(served.afterMs, 1000 - into) } : served;
  };
}

export function always(served: Partial<Served>): Behaviour {
  return () => ({ ...OK, ...served });
}

/** Serves `before`, and `after` from then on that it was offered more for so long without a pause. */
export function scales(before: number, after: number, afterMs: number): Behaviour {
  let overloadedSinceMs: number | undefined;
  let isScaled = false;
  return bucket((nowMs, offered) => {
    if (offered <= before) overloadedSinceMs = undefined;
    else overloadedSinceMs ??= nowMs;
    isScaled ||= overloadedSinceMs !== undefined && nowMs - overloadedSinceMs >= afterMs;
    return isScaled ? after : before;
  });
}

const WINDOW_MS = 1000;

/** The rate of the last second; trials are at least as far apart. */
function offeredRate(): (nowMs: number) => number {
  const arrivalsMs: number[] = [];
  let first = 0;
  return (nowMs) => {
    arrivalsMs.push(nowMs);
    while (arrivalsMs[first]! < nowMs - WINDOW_MS) first++;
    if (first > 100_000) {
      arrivalsMs.splice(0, first);
      first = 0;
    }
    return ((arrivalsMs.length - first) * 1e3) / WINDOW_MS;
  };
}
