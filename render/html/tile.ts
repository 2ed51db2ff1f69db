import { escapeText as e } from '../common/escape.ts';

/** One large figure with its name; empty without a value. `id` names it for scripts. */
export function tile(name: string, value: string | undefined, id: string): string {
  return value === undefined ? '' : `<li><b data-figure="${id}">${e(value)}</b><span>${e(name)}</span></li>`;
}
