/** The probability that an arrival waits in M/M/c (Erlang C), for a load of `offered` = arrival rate times mean service time, below c. */
export function erlangC(servers: number, offered: number): number {
  // Erlang B by its recursion, which loses no digits.
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/** The probability that an arrival stays for longer than `ms`, waiting and being served, in M/M/c with exponential service of mean `meanMs`. */
export function staysLonger(servers: number, perSecond: number, meanMs: number, ms: number): number {
  const mu = 1 / meanMs;
  const offered = (perSecond / 1e3) * meanMs;
  if (offered >= servers) return 1;
  const waits = erlangC(servers, offered);
  const drain = (servers - offered) * mu;
  const served = Math.exp(-mu * ms);
  if (Math.abs(drain - mu) < 1e-12) return served * (1 + waits * mu * ms);
  // Without a wait the service alone; with one, the sum of two exponentials of rates drain and mu.
  return (1 - waits) * served + (waits * (drain * served - mu * Math.exp(-drain * ms))) / (drain - mu);
}

/** The highest rate, a second, at which the share that stays longer than `ms` is at most `share`. */
export function capacityOf(servers: number, meanMs: number, ms: number, share: number): number {
  let [low, high] = [0, (servers / meanMs) * 1e3];
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (staysLonger(servers, middle, meanMs, ms) <= share) low = middle;
    else high = middle;
  }
  return low;
}
