import type { Notification } from '../notification.ts';
import type { Body } from './body.ts';

/** A message for an incoming webhook of Slack. `text` is also what a notification on a phone shows. */
export function slackMessage({ title, text, facts }: Notification): Body {
  const figures = facts.map(([name, value]) => `${name} ${value}`).join(' · ');
  const message = [`*${escaped(title)}*`, escaped(text), escaped(figures)].filter(Boolean).join('\n');
  return { contentType: 'application/json', text: JSON.stringify({ text: message }) };
}

/** The characters with which Slack's texts begin links, mentions and entities. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
