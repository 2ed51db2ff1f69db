import { shownText } from '../../api/common/shown/text.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text for HTML and XML, attributes included. Characters that XML forbids or a browser would obey become U+FFFD. */
export function escapeText(text: string | number): string {
  return shownText(String(text))
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!)
    .replace(/[\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
}
