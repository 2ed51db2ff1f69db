import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Asks the system's resolver for all addresses of a name, in its order. */
export type Ask = (host: string) => Promise<LookupAddress[]>;

const askSystem: Ask = (host) =>
  new Promise((done, fail) => {
    lookup(host, { all: true, order: 'verbatim' }, (error, addresses) => (error ? fail(error) : done(addresses)));
  });

/**
 * A look-up for the connections of a run. `Once` asks the resolver once for each host: hundreds of connections opened at once would
 * otherwise queue in the resolver's four threads, and would be measured as the target's; a failed look-up is not kept. `PerConnection`
 * asks each time. Either way connections take the addresses in turn.
 */
export function resolver(when: 'Once' | 'PerConnection', ask: Ask = askSystem): LookupFunction {
  const answers = new Map<string, Promise<LookupAddress[]>>();
  let turn = 0;
  const answerFor = (host: string): Promise<LookupAddress[]> => {
    if (when === 'PerConnection') return ask(host);
    const answer = answers.get(host) ?? ask(host);
    answers.set(host, answer);
    return answer;
  };
  return (host, options, callback) => {
    answerFor(host).then(
      (addresses) => {
        const inTurn = rotated(addresses, turn++);
        if (options.all) callback(null, inTurn);
        else callback(null, inTurn[0]!.address, inTurn[0]!.family);
      },
      (error: NodeJS.ErrnoException) => {
        answers.delete(host);
        callback(error, '');
      },
    );
  };
}

/**
 * The addresses with another one first at each turn. The resolver prefers the family that has a route, so that only addresses of the
 * first one's family take turns; the others stay behind them, for when none of those answers.
 */
export function rotated(addresses: readonly LookupAddress[], turn: number): LookupAddress[] {
  const preferred = addresses.filter(({ family }) => family === addresses[0]!.family);
  const others = addresses.filter(({ family }) => family !== addresses[0]!.family);
  const first = turn % preferred.length;
  return [...preferred.slice(first), ...preferred.slice(0, first), ...others];
}
