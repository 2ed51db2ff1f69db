import { setTimeout as sleep } from 'node:timers/promises';
import type { NotificationType } from '../../api/status/notification-types.ts';
import type { Log } from '../runtime/log.ts';
import type { Webhook } from '../runtime/webhook.ts';
import { type Notification, notificationOf, type Occasion } from './notification.ts';
import { type Attempted, nextOf } from './retry.ts';
import { send } from './send.ts';

/** So many notifications are under way at most, each of some kilobytes. Beyond that, they are given up. */
const MAX_UNDER_WAY = 1000;

/** A notification that did not reach a webhook. */
export type Undelivered = { webhook: string; reason: string };

type Options = {
  webhooks: readonly Webhook[];
  now: () => number;
  log: Log;
  /** Sends one notification once. */
  sendOnce?: typeof send;
  /** Waits between two attempts; rejects when the signal aborts. */
  wait?: (ms: number, stopped: AbortSignal) => Promise<void>;
};

/** Delivers notifications to webhooks: each to all that want it, independently of the others, with repeated attempts. */
export class Notifier {
  readonly wanted: ReadonlySet<NotificationType>;
  readonly #options: Required<Options>;
  readonly #underWay = new Set<string>();
  readonly #stopped = new AbortController();

  constructor(options: Options) {
    const wait = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal, ref: false });
    this.#options = { sendOnce: send, wait, ...options };
    this.wanted = new Set(options.webhooks.flatMap(({ types }) => types));
  }

  /**
   * Delivers a notification, unless it is under way. `settled` is called once each webhook has it or cannot get it, with those that did not;
   * never after a stop, so that the next operator sends it again.
   */
  deliver(occasion: Occasion, settled: (undelivered: Undelivered[]) => void): void {
    const notification = notificationOf(occasion);
    const { id, type } = notification;
    if (this.#underWay.has(id) || this.#stopped.signal.aborted) return;
    const webhooks = this.#options.webhooks.filter(({ types }) => types.includes(type));
    if (this.#underWay.size >= MAX_UNDER_WAY) {
      settled(webhooks.map(({ name }) => ({ webhook: name, reason: 'too many notifications wait' })));
      return;
    }
    this.#underWay.add(id);
    void Promise.all(webhooks.map((webhook) => this.#toWebhook(webhook, notification))).then((reasons) => {
      if (this.#stopped.signal.aborted) return;
      settled(
        webhooks.flatMap(({ name }, i) => (reasons[i] === undefined ? [] : [{ webhook: name, reason: reasons[i] }])),
      );
      this.#underWay.delete(id);
    });
  }

  /** Ends all attempts. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves to the reason why a webhook did not get a notification; undefined when it did, or after a stop. */
  async #toWebhook(webhook: Webhook, notification: Notification): Promise<string | undefined> {
    const { now, log, sendOnce, wait } = this.#options;
    const { signal } = this.#stopped;
    const { namespace, name } = notification.test;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const attempted: Attempted = await sendOnce(webhook, notification, { nowMs: now(), stopped: signal });
      const next = nextOf(attempted, attempt);
      if (next.is === 'Delivered') return undefined;
      if (next.is === 'GivenUp') {
        log.warn('notification not delivered', { namespace, name, webhook: webhook.name, error: next.reason });
        return next.reason;
      }
      await wait(next.afterMs, signal).catch(() => {});
    }
    return undefined;
  }
}
