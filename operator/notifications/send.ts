import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Webhook } from '../runtime/webhook.ts';
import { cloudEvent } from './formats/cloud-events.ts';
import { slackMessage } from './formats/slack.ts';
import { teamsMessage } from './formats/teams.ts';
import type { Notification } from './notification.ts';
import type { Attempted } from './retry.ts';
import { signatureHeaders } from './signature.ts';

const FORMATS = { CloudEvents: cloudEvent, Slack: slackMessage, Teams: teamsMessage } as const;

/** How long a receiver may take for its response. */
const TIMEOUT_MS = 10_000;

/**
 * Sends a notification once. URL and key are read for each attempt, so that a changed Secret counts. No result contains the URL, which is a
 * secret with Slack and Teams.
 */
export async function send(
  webhook: Webhook,
  notification: Notification,
  { nowMs, stopped }: { nowMs: number; stopped: AbortSignal },
): Promise<Attempted> {
  const url = await secret(webhook, 'url');
  if (url === undefined || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    return { problem: 'its Secret has no `url` of http or https' };
  }
  const { contentType, text } = FORMATS[webhook.format](notification);
  const key = webhook.format === 'CloudEvents' ? await secret(webhook, 'key') : undefined;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        ...(key && signatureHeaders(key, { id: notification.id, nowMs, body: text })),
      },
      body: text,
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    const after = Number(response.headers.get('retry-after') ?? 0);
    return { status: response.status, ...(after > 0 && { retryAfterSeconds: after }) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** The text of a file of a webhook's Secret; undefined without one. */
async function secret({ folder }: Webhook, name: 'url' | 'key'): Promise<string | undefined> {
  return (await readFile(join(folder, name), 'utf8').catch(() => '')).trim() || undefined;
}

/** A code such as ECONNREFUSED: the message would have the address. */
function problemOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return name === 'TimeoutError' ? `no response within ${TIMEOUT_MS / 1e3} s` : (cause?.code ?? 'no response');
}
