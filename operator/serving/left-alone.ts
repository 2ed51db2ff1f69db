import { metaTime } from '../../api/common/time.ts';
import { type Holder, SERVING_LEASE } from './server.ts';

/** An event about an object that this installation leaves alone. */
export type LeftAloneEvent = {
  type: 'Normal' | 'Warning';
  reason: 'ServedByAnother' | 'WaitingForLease';
  note: string;
};

/** The event about each object of a namespace that another installation serves; undefined until it is clear whether that one still does. */
export function leftAloneEvent(self: string, namespace: string, holder: Holder): LeftAloneEvent | undefined {
  const { is, identity, isSilent } = holder;
  if (isSilent) return { type: 'Normal', reason: 'WaitingForLease', note: waitingText(self, namespace, holder) };
  if (is === 'Unknown') return undefined;
  const note =
    `${self} leaves this object alone: another installation of the operator, ${identity}, holds the Lease ` +
    `${SERVING_LEASE} of namespace ${namespace}. Uninstall one of them, or limit them to other namespaces (watchNamespace)`;
  return { type: 'Warning', reason: 'ServedByAnother', note };
}

/** What an object waits for while the holder of the Lease does not renew it. */
export function waitingText(self: string, namespace: string, { identity, renewTime, untilMs }: Holder): string {
  const since = renewTime === undefined ? '' : ` since ${metaTime(Date.parse(renewTime))}`;
  return (
    `waits for the Lease ${SERVING_LEASE} of namespace ${namespace}: another installation of the operator, ${identity}, holds it and has not ` +
    `renewed it${since}. Unless it does, ${self} takes over at about ${metaTime(untilMs)}`
  );
}
