import { type Document, isAlias, isCollection, isScalar, type Node, visit } from 'yaml';
import type { Fault } from './convert.ts';

/** YAML 1.1 and 1.2 have other line ends, and kubectl refuses control characters. */
const ODD = /\r(?!\n)|[\u0085\u2028\u2029]|[^\t\n\r -~\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The first character of a text of YAML that kubectl refuses, or reads otherwise. */
export function oddCharacter(text: string): Fault | undefined {
  const found = ODD.exec(text);
  return found === null ? undefined : { offset: found.index, message: oddMessage(found[0]) };
}

/** Spaces that editors and web pages insert, which YAML takes for letters. */
const ODD_SPACE = /[\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/g;

/** The odd space that may be the cause of a fault at `offset`: the last one before the end of the line, in that line or the one above. */
export function oddSpaceAt(text: string, offset: number): Fault | undefined {
  const end = text.indexOf('\n', offset);
  const above = text.lastIndexOf('\n', text.lastIndexOf('\n', offset - 1) - 1) + 1;
  const lines = text.slice(above, end < 0 ? undefined : end);
  const found = [...lines.matchAll(ODD_SPACE)].at(-1);
  if (found === undefined) return undefined;
  return { offset: above + found.index, message: `${nameOf(found[0])} looks like a space and is none: write a space` };
}

/** "U+00A0" */
function nameOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

function oddMessage(character: string): string {
  if (character === '\r') return 'a carriage return alone ends this line: save the file with line feeds';
  const name = nameOf(character);
  return /[\u0085\u2028\u2029]/.test(character)
    ? `${name} ends a line for kubectl: write it as an escape in double quotes`
    : `${name} is a control character, which YAML does not allow`;
}

/** What kubectl refuses in a document that the YAML library takes. */
export function refusedByKubectl(document: Document, text: string): Fault[] {
  const faults: Fault[] = [];
  const tabs = new Set([...text.matchAll(/^ *(?:[-?] *)*\t/gm)].map(({ index }) => index));
  visit(document, {
    Node: (_, node) => {
      if (!node.range) return;
      const [offset, end] = node.range;
      for (const tab of tabs) if (offset < tab && tab < end && coversLines(node)) tabs.delete(tab);
      const message = refusal(node as Node, text.slice(offset, end));
      if (message !== undefined) faults.push({ offset, message });
    },
  });
  return [...faults, ...[...tabs].map((offset) => ({ offset, message: 'a tab cannot indent a line' }))];
}

/** Whether tabs may begin the lines of a node. */
function coversLines(node: unknown): boolean {
  return isScalar(node) || (isCollection(node) && node.flow === true);
}

function refusal(node: Node, source: string): string | undefined {
  const name = isAlias(node) ? node.source : (node.anchor ?? '');
  if (/[^-\w]/.test(name)) return `the name of the anchor ${name} has characters other than letters, digits, - and _`;
  if (!isScalar(node)) return undefined;
  if (node.type === 'QUOTE_DOUBLE' && /(?:^|[^\\])(?:\\\\)*\\u[dD][89a-fA-F]/.test(source))
    return 'kubectl refuses half a character as \\uD83D: write the character, or \\U and eight digits';
  if (node.type === 'QUOTE_DOUBLE' && /(?:^|[^\\])(?:\\\\)*\\[/]/.test(source))
    return 'kubectl refuses the escape \\/ outside of JSON: write / alone';
  return node.type?.startsWith('BLOCK') && /^[^\n]*\n(?: *\n)* *\t/.test(source) && !/^[|>][-+]?[1-9]/.test(source)
    ? 'a tab cannot begin the first line of a block: write how far it is indented, such as |2'
    : undefined;
}
