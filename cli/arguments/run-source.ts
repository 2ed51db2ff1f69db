import type { GivenArguments } from '../given/given-values.ts';
import { urlHint } from '../given/url-hint.ts';
import { FIELDS, type UrlOptions } from '../given/url-options.ts';
import type { RunSource } from './command.ts';
import { pick, urlOptions } from './options.ts';

/** The options that say what `run` runs, and with which values. */
export type SourceValues = UrlOptions & { save?: string; secret?: string[]; script?: string; data?: string };

const isUrl = (word: string) => /^[a-z]+:\/\//i.test(word);

/** Why the words of `run` and its options do not go together; undefined: they do. */
export function sourceConflict(words: readonly string[], values: SourceValues): string | undefined {
  if (words.some(isUrl)) {
    return words.length > 1 ? 'run takes one URL, or FILEs, and not both: a FILE sets its own target.url' : undefined;
  }
  const [option] = Object.keys(pick(values, urlOptions));
  if (option === undefined) return undefined;
  const hint = words.map(urlHint).find((text) => text !== '');
  if (hint !== undefined) return `--${option} is an option of run URL${hint}`;
  const field = FIELDS[option as keyof typeof FIELDS];
  const instead = field === undefined ? '' : `; for a FILE, --set ${field}=VALUE changes what it says`;
  return `--${option} is an option of run URL${instead}`;
}

export function sourceOf(words: string[], values: SourceValues): RunSource {
  const [url] = words;
  if (url === undefined || !isUrl(url)) return { files: words };
  const { save, ...options } = pick(values, urlOptions);
  return { url, options, ...(save !== undefined && { save }) };
}

export function givenOf({ secret = [], script, data }: SourceValues): GivenArguments {
  return { secrets: secret, ...(script !== undefined && { script }), ...(data !== undefined && { data }) };
}
