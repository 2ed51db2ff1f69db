/**
 * A text to hide, in all forms in which servers write its characters: as they are, as JSON of any encoder (Go writes `<` as \u003c, PHP `/`
 * as \/, Python `é` as \u00e9), as JSON within JSON, percent-encoded or as HTML. Letters and digits have one form only.
 */
export class HiddenText {
  /** The length of its longest form. */
  readonly reach: number;
  /** The forms of each of its characters. */
  readonly #characters: readonly (readonly string[])[];
  /** Its runs of letters and digits. A text that lacks one of them does not contain it, which is a cheap test. */
  readonly #runs: readonly string[];

  constructor(secret: string) {
    this.#characters = [...secret].map(formsOf);
    this.#runs = secret.match(/[A-Za-z0-9]+/g) ?? [];
    this.reach = this.#characters.reduce((sum, forms) => sum + forms[0]!.length, 0);
  }

  replacedIn(text: string, by: string): string {
    if (!this.#runs.every((run) => text.includes(run))) return text;
    let replaced = '';
    let from = 0;
    for (let at = 0; at < text.length; ) {
      const end = this.#endIn(text, at);
      if (end === undefined) at++;
      else {
        replaced += text.slice(from, at) + by;
        from = end;
        at = end;
      }
    }
    return replaced + text.slice(from);
  }

  /** The end of its longest form that begins at `at`. A text can match in several ways: "&amp;" is an ampersand or five characters. */
  #endIn(text: string, at: number): number | undefined {
    let ends = [at];
    for (const forms of this.#characters) {
      const next = ends.flatMap((end) => forms.filter((form) => text.startsWith(form, end)).map((f) => end + f.length));
      if (next.length === 0) return undefined;
      ends = next.length === 1 ? next : [...new Set(next)];
    }
    return Math.max(...ends);
  }
}

const NAMED: Record<string, readonly string[]> = {
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '"': ['&quot;'],
  "'": ['&apos;'],
  ' ': ['+', '&nbsp;'],
};

const formCache = new Map<string, readonly string[]>();

/** The forms of a character, the longest first. */
function formsOf(char: string): readonly string[] {
  const forms = formCache.get(char) ?? (/[A-Za-z0-9]/.test(char) ? [char] : specialForms(char));
  formCache.set(char, forms);
  return forms;
}

function specialForms(char: string): string[] {
  const code = char.codePointAt(0)!;
  const cases = [lower, upper];
  const json = [
    `\\${char}`,
    JSON.stringify(char).slice(1, -1),
    ...cases.map((hex) => Array.from({ length: char.length }, (_, i) => `\\u${hex(char.charCodeAt(i), 4)}`).join('')),
  ].filter((form) => form.startsWith('\\'));
  const twice = json.map((form) => JSON.stringify(form).slice(1, -1));
  const percent = cases.map((hex) => Array.from(Buffer.from(char), (byte) => `%${hex(byte, 2)}`).join(''));
  const numbers = [code, `0${code}`, ...cases.flatMap((hex) => [`x${hex(code, 1)}`, `x0${hex(code, 1)}`])];
  const html = [...numbers.map((number) => `&#${number};`), ...(NAMED[char] ?? [])];
  const jsonInHtml = html.map((form) => `\\${form}`);
  // Headers are sent in ISO 8859-1; returned unchanged, such a byte is not valid UTF-8.
  const undecoded = code > 0x7f && code <= 0xff ? ['\ufffd'] : [];
  return [...new Set([char, ...json, ...twice, ...percent, ...html, ...jsonInHtml, ...undecoded])].sort(
    (a, b) => b.length - a.length,
  );
}

const lower = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
const upper = (code: number, digits: number) => lower(code, digits).toUpperCase();
