import type { KubeObject } from '../documents.ts';
import type { Places, Step } from '../yaml/places.ts';

const DROPPED = 'kubectl apply drops null fields of a body, and kubectl apply --server-side keeps them';

/** The most notes of one file; the rest follow from the same habit. */
const MOST = 8;

/**
 * Notes on words and numbers in JSON bodies that are sent otherwise than they are written, since YAML 1.1 and JSON read them so: `yes` as true,
 * 1.10 as 1.1. Other fields have a type, which refuses them.
 */
export function readingNotes(objects: readonly KubeObject[], file: string, places: Places): string[] {
  const found = objects.flatMap((object) =>
    bodiesOf(object).flatMap((body) => changedField(body, 'json', body.json, places)),
  );
  const all = withFirst(found, DROPPED).map(({ offset, text }) => `${file}:${places.lineAndColumn(offset)}: ${text}`);
  // An alias has the notes of its anchor.
  const notes = [...new Set(all)];
  if (notes.length <= MOST) return notes;
  return [...notes.slice(0, MOST), `${file}: ${notes.length - MOST} more values of bodies are not sent as written`];
}

/** The changes, of which only the first has a text that many have. */
function withFirst(changes: readonly Changed[], text: string): readonly Changed[] {
  const first = changes.findIndex((change) => change.text === text);
  return changes.filter((change, i) => change.text !== text || i === first);
}

type Fields = Record<Step, unknown>;

const fieldOf = (node: unknown, name: string): unknown => (Object(node) as Fields)[name];

/** The bodies of an object's requests that have JSON; the object need not be valid. */
function bodiesOf(object: KubeObject): Fields[] {
  const own = fieldOf(object, 'spec');
  const spec = object.kind === 'LoadTest' ? own : fieldOf(fieldOf(own, 'loadTestTemplate'), 'spec');
  const requests = fieldOf(spec, 'requests');
  if (!Array.isArray(requests)) return [];
  return requests.flatMap((request) => {
    const body = fieldOf(request, 'body');
    return typeof body === 'object' && body !== null && 'json' in body ? [body as Fields] : [];
  });
}

type Changed = { offset: number; text: string };

function changedField(holder: object, step: Step, value: unknown, places: Places): Changed[] {
  const place = places.get(holder, step);
  const below =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, item]) =>
          changedField(value, Array.isArray(value) ? Number(name) : name, item, places),
        )
      : [];
  if (place === undefined) return below;
  const own: Changed[] = [];
  if (value === null && !Array.isArray(holder)) own.push({ offset: place.key!, text: DROPPED });
  if (place.name !== undefined && place.name !== step)
    own.push({ offset: place.key!, text: `the key ${place.name} is sent as "${step}": write it in quotes to keep it` });
  if (place.source !== undefined && isSentOtherwise(place.source, value))
    own.push({ offset: place.value, text: `${place.source} is sent as ${JSON.stringify(value)}` });
  return [...own, ...below];
}

/** Whether the notation of a scalar differs from its JSON, apart from letters in another case and nothing for null. */
function isSentOtherwise(source: string, value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'object') return false;
  return source.toLowerCase() !== JSON.stringify(value);
}
