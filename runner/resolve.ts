import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * A look-up that asks the resolver once for each host of a run: hundreds of connections opened at once would otherwise queue in
 * the resolver's four threads, and would be measured as the target's. A failed look-up is not kept.
 */
export function resolveOnce(): LookupFunction {
  type Answer = Promise<{ address: string; family: number }[]>;
  const answers = new Map<string, Answer>();
  const ask = (host: string): Answer =>
    new Promise((done, fail) => {
      lookup(host, { all: true, order: 'verbatim' }, (error, addresses) => (error ? fail(error) : done(addresses)));
    });
  return (host, options, callback) => {
    const answer = answers.get(host) ?? ask(host);
    answers.set(host, answer);
    answer.then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: NodeJS.ErrnoException) => {
        answers.delete(host);
        callback(error, '');
      },
    );
  };
}
