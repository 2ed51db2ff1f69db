import { serverOf } from '../../../model/limits/violations.ts';
import { type AcceptedLoadTest, keyOf } from '../resources/loadtest-resource.ts';

/** The tests of one server; `exclusive`: those among them that are exclusive. */
type OfServer = Record<'all' | 'exclusive', { first: AcceptedLoadTest; last: AcceptedLoadTest } | undefined>;

/** Tests in the order in which they were added, found by name, by server and by namespace at the same cost however many there are. */
export class TestIndex {
  readonly #byKey = new Map<string, AcceptedLoadTest>();
  readonly #byServer = new Map<string, OfServer>();
  readonly #perNamespace = new Map<string, number>();

  add(test: AcceptedLoadTest): void {
    const { namespace } = test.metadata;
    this.#byKey.set(keyOf(test.metadata), test);
    this.#perNamespace.set(namespace, this.countIn(namespace) + 1);
    const server = serverOfTest(test);
    const known = this.#byServer.get(server) ?? { all: undefined, exclusive: undefined };
    known.all = { first: known.all?.first ?? test, last: test };
    if (test.spec.target.exclusive) known.exclusive = { first: known.exclusive?.first ?? test, last: test };
    this.#byServer.set(server, known);
  }

  countIn(namespace: string): number {
    return this.#perNamespace.get(namespace) ?? 0;
  }

  named(ref: { namespace: string; name: string }): AcceptedLoadTest | undefined {
    return this.#byKey.get(keyOf(ref));
  }

  /** The first and the last test of the server of `test`, among all or among the exclusive ones. */
  ofServerOf(test: AcceptedLoadTest, which: keyof OfServer): OfServer['all'] {
    return this.#byServer.get(serverOfTest(test))?.[which];
  }
}

/** Remembered, because every pass over the queue reads the URL of each test. */
const servers = new WeakMap<AcceptedLoadTest['spec']['target'], string>();

/** The host and port that a test loads. */
export function serverOfTest({ spec: { target } }: AcceptedLoadTest): string {
  const server = servers.get(target) ?? serverOf(target);
  servers.set(target, server);
  return server;
}
