import { isScalar, type Node, parseAllDocuments, Schema } from 'yaml';
import { type Fault, valueFrom } from './convert.ts';
import { jsonValues } from './json-values.ts';
import { Places } from './places.ts';
import { oddCharacter, oddSpaceAt, refusedByKubectl } from './strictness.ts';

/** The values of a text's documents, the places of their fields, and what is wrong in it. Without faults, every document has a value. */
export type ReadYaml = { values: unknown[]; places: Places; faults: Fault[] };

/** A part of the text: a document of YAML, or a value of JSON. */
type Chunk = { offset: number; text: string; json: boolean };

/** No tag has a meaning of its own: scalars are resolved by scalars.ts, and tags of collections do nothing in kubectl. */
const SCHEMA = new Schema({ schema: 'failsafe' });
SCHEMA.knownTags = {};

/**
 * Reads YAML or JSON as kubectl does (apimachinery, util/yaml): lines of --- separate documents, a document that begins with a brace may
 * consist of several JSON values, and YAML is that of version 1.1.
 */
export function readYaml(text: string): ReadYaml {
  const places = new Places(text);
  const { chunks, faults } = chunksOf(text);
  const values: unknown[] = [];
  for (const chunk of chunks) {
    const read = readChunk(chunk, places);
    faults.push(...read.faults.map(({ offset, message }) => ({ offset: chunk.offset + offset, message })));
    values.push(...read.values);
  }
  return { values, places, faults: faults.sort((a, b) => a.offset - b.offset) };
}

/** The value of a chunk, if it has one; offsets of faults begin at the chunk. */
function readChunk(chunk: Chunk, places: Places): { values: unknown[]; faults: Fault[] } {
  const odd = chunk.json ? undefined : oddCharacter(chunk.text);
  const parsed = odd === undefined ? parseChunk(chunk) : { faults: [odd] };
  if (parsed.faults.length > 0 || parsed.root === undefined) return { values: [], faults: parsed.faults };
  const { value, faults } = valueFrom(parsed.root, chunk.offset, places);
  return { values: value === null || faults.length > 0 ? [] : [value], faults };
}

function parseChunk({ text, json }: Chunk): { root?: Node; faults: Fault[] } {
  const options = { schema: SCHEMA, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
  // A text without any document is an empty list with properties of its own.
  const [document, next] = [...parseAllDocuments(text, options)];
  const directive = document === undefined ? /^%/m.exec(text) : null;
  if (directive !== null) return { faults: [{ offset: directive.index, message: 'kubectl takes no directive' }] };
  const error = document?.errors[0];
  if (error !== undefined)
    return { faults: [oddSpaceAt(text, error.pos[0]) ?? { offset: error.pos[0], message: messageOf(error) }] };
  if (next !== undefined) return { faults: [{ offset: next.range[0], message: AFTER_END }] };
  if (!document?.contents || isEmpty(document.contents)) {
    const end = /^\.\.\.(?=\s|$)/m.exec(text);
    return {
      faults: end === null ? [] : [{ offset: end.index, message: 'kubectl refuses "..." where no document ends' }],
    };
  }
  return { root: document.contents, faults: json ? [] : refusedByKubectl(document, text) };
}

/** The first line of the library's message; one of its own says nothing of indentation, which is the usual cause. */
function messageOf({ message }: Error): string {
  if (/^Missing closing ["']/.test(message))
    return 'a text in quotes does not end, or its lines are not indented more than its field';
  return message.split('\n')[0]!.replace(/:$/, '');
}

/** Whether a document is a scalar that consists of nothing. */
function isEmpty(root: Node): boolean {
  return isScalar(root) && root.type === 'PLAIN' && root.source === '' && !root.tag && !root.anchor;
}

const AFTER_END = 'kubectl ignores what follows the line "..." above: a line of --- begins the next document';

/** The documents of a text. */
function chunksOf(text: string): { chunks: Chunk[]; faults: Fault[] } {
  const chunks: Chunk[] = [];
  const faults: Fault[] = [];
  let from = 0;
  for (const { index, 0: line, 1: rest = '' } of text.matchAll(/^---([^\n]*)(\n|$)/gm)) {
    chunks.push(...jsonOrYaml(text.slice(from, index), from));
    from = index + line.length;
    if (!/^\s*(#|$)/.test(rest))
      faults.push({ offset: index, message: 'a line that begins a document has nothing but --- and a comment' });
  }
  chunks.push(...jsonOrYaml(text.slice(from), from));
  return { chunks, faults };
}

function jsonOrYaml(text: string, offset: number): Chunk[] {
  const values = /^\s*\{/.test(text) ? jsonValues(text) : undefined;
  if (values === undefined) return [{ text, offset, json: false }];
  return values.map((value) => ({ text: value.text, offset: offset + value.offset, json: true }));
}
