import { createHash } from 'node:crypto';
import { escapeText } from '../common/escape.ts';
import { placeRules } from './place.ts';
import { STYLE } from './style.ts';

/** One page without further files. `body` is HTML; `styles` come on top of the common ones. */
export function page({ title, body, styles = '', script }: Page): string {
  const style = `${STYLE}${styles}${placeRules(body)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeText(policy(style, script))}"><link rel="icon" href="data:,">
<title>${escapeText(title)}</title><style>${style}</style></head>
<body><main>${body}</main>${script === undefined ? '' : `<script>${script}</script>`}</body></html>
`;
}
type Page = { title: string; body: string; styles?: string; script?: string };

/**
 * The Content-Security-Policy of a page with these styles: the browser loads nothing from outside, and applies no other style and runs no other
 * script, whatever else got into the page. `style` and `script` are the contents of their elements.
 */
function policy(style: string, script: string | undefined): string {
  const scripts = script === undefined ? '' : ` script-src '${sourceOf(script)}';`;
  return `default-src 'none'; style-src '${sourceOf(style)}';${scripts} img-src data:`;
}

/** The source expression that allows one inline element (CSP Level 3, 2.3.1). */
function sourceOf(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}
