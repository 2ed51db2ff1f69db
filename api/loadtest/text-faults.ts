import { closest } from '../common/misspelt/closest.ts';
import { TEMPLATE_MESSAGE, unknownVariablesIn } from '../common/template.ts';

// What is wrong with a text that a pattern of common/template.ts refuses: one fault, and not every rule of the pattern.

const SIMPLE = ['index', 'runner', 'run', 'uuid', 'now', 'random'];
/** Variables with a part of their own, in the form of an example. */
const FORMS: Record<string, string> = { random: 'random(1,100)', data: 'data.column', session: 'session.name' };

/** The first variable of a text that is none, with the one that may be meant. */
export function templateFault(text: string): string {
  const unclosed = /(?<![$])[$][{][^}]*$/.exec(text);
  if (unclosed !== null)
    return `must close the variable ${shortened(unclosed[0])} with }, or write $\${ for a literal \${`;
  const [unknown] = unknownVariablesIn(text);
  if (unknown === undefined) return TEMPLATE_MESSAGE;
  const [, name = '', format] = /^(.*?)(?:[|](json|raw))?$/s.exec(unknown) ?? [];
  if (format !== undefined && !isUnknown(name))
    return format === 'json'
      ? `must not contain \${${unknown}}: |json is for whole strings of a JSON body; write \${${name}}`
      : `must not contain \${${unknown}}: |raw is for \${data.column} and \${session.name} in a path; write \${${name}}`;
  const meant = meantBy(name);
  const instead = 'write $${ for a literal ${';
  return meant === undefined
    ? TEMPLATE_MESSAGE
    : `must not contain \${${shortened(unknown)}}: did you mean \${${meant}}? Otherwise ${instead}`;
}

const isUnknown = (name: string) => unknownVariablesIn(`\${${name}}`).length > 0;

function meantBy(name: string): string | undefined {
  const [head = ''] = /^[a-zA-Z]*/.exec(name) ?? [];
  const near = closest(head, [...SIMPLE, ...Object.keys(FORMS)]);
  return near === undefined ? undefined : (FORMS[near] ?? near);
}

/** A text for a message, cut to so many characters. */
export function shortened(text: string, most = 40): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

const RAW_FIRST = /^[$][{](data|session)[.][^}|]*[|]raw[}]/;
const OTHER_FIRST = /^[$][{]((data|session)[.][^}|]*)[}]/;

/** What is wrong with a path and query. */
export function pathFault(path: string): string {
  const other = OTHER_FIRST.exec(path);
  if (other !== null) return `must begin with "/" or "?"; for a whole path in a variable write \${${other[1]}|raw}`;
  if (!/^[/?]/.test(path) && !RAW_FIRST.test(path)) return 'must begin with "/" or "?"';
  const text = path.replaceAll(/[$][{][^}]*[}]/g, '');
  if (text.includes('#')) return 'must be without a fragment (#), which is never sent';
  const char = /[^!-~]/u.exec(text)?.[0];
  if (char !== undefined) return `must be without ${JSON.stringify(char)}: write ${encodeURIComponent(char)}`;
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    return 'must have two hexadecimal digits behind each %; write %25 for a percent sign';
  return templateFault(path.replace(RAW_FIRST, '').replaceAll(/[$][{]((data|session)[.][^}|]*)[|]raw[}]/g, ''));
}

/** What is wrong with the value of a header. */
export function headerFault(value: string): string {
  if (/^\s|\s$/.test(value)) return 'must be without space at its beginning and end';
  const char = /[^\t -~]/u.exec(value)?.[0];
  if (char !== undefined) return `must be printable ASCII, without ${JSON.stringify(char)}`;
  return templateFault(value);
}
