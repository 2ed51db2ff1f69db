import type { Notification } from '../notification.ts';
import type { Body } from './body.ts';

const COLORS = { True: 'Good', Unknown: 'Warning', False: 'Attention' } as const;

/** A message with an Adaptive Card, for a webhook of a Teams workflow. */
export function teamsMessage({ title, text, facts, passed }: Notification): Body {
  const color = passed === undefined ? 'Attention' : COLORS[passed];
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { type: 'TextBlock', text: escaped(title), weight: 'Bolder', size: 'Medium', color, wrap: true },
      ...(text === '' ? [] : [{ type: 'TextBlock', text: escaped(text), wrap: true }]),
      ...(facts.length === 0
        ? []
        : [{ type: 'FactSet', facts: facts.map(([name, value]) => ({ title: name, value: escaped(value) })) }]),
    ],
  };
  const card = { contentType: 'application/vnd.microsoft.card.adaptive', content };
  return { contentType: 'application/json', text: JSON.stringify({ type: 'message', attachments: [card] }) };
}

/** The characters that Adaptive Cards read as Markdown, which could hide a link of the target behind a word. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]()#<>]/g, (character) => `\\${character}`);
}
