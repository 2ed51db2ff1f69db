import { Document, isScalar, type Scalar, visit } from 'yaml';
import { resolveScalar } from '../api/common/notation/yaml-scalars.ts';
import { escapeOf, OBEYED } from '../api/common/shown/text.ts';

/**
 * What needs quotes. YAML 1.1 reads it otherwise without: a merge key, its own line ends, and a tab where it measures the indentation of a
 * block. The characters that a terminal would obey have escapes in quotes only.
 */
const QUOTED = new RegExp(`^<<$|${OBEYED.source}|^\\n* *\\t`, 'u');

/** A value as a document of YAML that the versions 1.1 and 1.2 read alike: text that either takes for another type is in quotes. */
export function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, { Scalar: (_, node) => quoteWord(node), Pair: (_, { key }) => quoteWord(key) });
  // These stand in quotes only.
  return document.toString({ lineWidth: 0 }).replaceAll(OBEYED, escapeOf);
}

function quoteWord(node: unknown): void {
  if (!isScalar(node) || typeof node.value !== 'string') return;
  const resolved = resolveScalar(node.value, undefined, true);
  const isText = !('problem' in resolved) && resolved.kind === 'str';
  if (!isText || QUOTED.test(node.value)) (node as Scalar).type = 'QUOTE_DOUBLE';
}
