import { until } from '../../cluster/system/wait.ts';
import type { TestServer } from './test-server.ts';

export type ObjectEvent = { type: string; reason: string; note: string; regarding: { kind: string; name: string } };

/** The events about the objects of this name in the namespace default, which `kubectl describe` lists. */
export async function eventsAbout(server: TestServer, name: string): Promise<ObjectEvent[]> {
  const { body } = await server.call({ method: 'GET', path: '/apis/events.k8s.io/v1/namespaces/default/events' });
  return (body.items as ObjectEvent[]).filter(({ regarding }) => regarding.name === name);
}

/** All events of a LoadTest that ends inconclusively, sorted, such as "Warning Inconclusive: no load was made". That of its end is recorded last. */
export async function eventsUntilInconclusive(server: TestServer, name: string): Promise<string[]> {
  const events = await until(
    `the event of the end of ${name}`,
    async () => {
      const found = await eventsAbout(server, name);
      return found.some(({ reason }) => reason === 'Inconclusive') ? found : undefined;
    },
    { timeoutMs: 60_000 },
  );
  return events.map(({ type, reason, note }) => `${type} ${reason}: ${note}`).toSorted();
}
