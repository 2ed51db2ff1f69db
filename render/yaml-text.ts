import { Document, isScalar, type Scalar, visit } from 'yaml';
import { resolveScalar } from '../api/common/notation/yaml-scalars.ts';

/** Line ends of YAML 1.1 alone. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** What YAML 1.1 reads otherwise without quotes: a merge key, its own line ends, and a tab where it measures the indentation of a block. */
const DIFFERENT = /^<<$|[\u0085\u2028\u2029]|^\n* *\t/;

/** A value as a document of YAML that the versions 1.1 and 1.2 read alike: text that either takes for another type is in quotes. */
export function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, { Scalar: (_, node) => quoteWord(node), Pair: (_, { key }) => quoteWord(key) });
  // These stand in quotes only.
  return document
    .toString({ lineWidth: 0 })
    .replaceAll(LINE_ENDS, (end) => `\\u${end.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

function quoteWord(node: unknown): void {
  if (!isScalar(node) || typeof node.value !== 'string') return;
  const resolved = resolveScalar(node.value, undefined, true);
  const isText = !('problem' in resolved) && resolved.kind === 'str';
  if (!isText || DIFFERENT.test(node.value)) (node as Scalar).type = 'QUOTE_DOUBLE';
}
