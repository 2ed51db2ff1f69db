import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Styles a text for a terminal, or returns it unchanged. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_style, text) => text;
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/**
 * Whether to colour the output: as FORCE_COLOR says (https://force-color.org; 0 and false forbid), otherwise at a terminal, unless NO_COLOR has a
 * value (https://no-color.org).
 */
export function wantsColour(
  stream: { isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const { FORCE_COLOR: forced = '' } = env;
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}
