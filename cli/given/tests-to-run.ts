import { yamlText } from '../../render/yaml-text.ts';
import { checkedTests } from '../input/checked-tests.ts';
import { type KubeObject, parseObjects } from '../input/documents.ts';
import { fromFile, reasonOf } from '../input/files.ts';
import type { prepareTests } from '../input/prepare-tests.ts';
import { type GivenArguments, givenValues } from './given-values.ts';
import { loadTestOfUrl, type UrlTest } from './loadtest-of-url.ts';
import { urlHint } from './url-hint.ts';
import type { UrlOptions } from './url-options.ts';
import type { Surroundings } from './value-argument.ts';

/** What `loadtest run` is to run: files, or a URL with its options and the file for its LoadTest. */
export type ToRun = { given: GivenArguments; set: readonly string[] } & (
  | { files: readonly string[] }
  | { url: string; options: UrlOptions; save?: string }
);
type Prepared = ReturnType<typeof prepareTests>;

/** The LoadTests to run, or every problem of the files and the command line. Writes the LoadTest of a URL to its file. */
export async function testsToRun(
  toRun: ToRun,
  { writeFile, ...surroundings }: Surroundings & { writeFile: (path: string, text: string) => void },
): Promise<Prepared> {
  const given = givenValues(toRun.given, surroundings);
  if ('problems' in given) return given;
  const set = [...given.set, ...toRun.set];
  if ('files' in toRun) return ofFiles(toRun.files, set, given.values);

  const made = loadTestOfUrl(toRun.url, toRun.options, surroundings, toRun.given.data !== undefined);
  if ('problems' in made) return made;
  const values = new Map([...made.values, ...given.values]);
  const prepared = await checkedTests(yamlOf(made.objects), toRun.url, set, { values, objects: [] });
  if ('problems' in prepared || toRun.save === undefined) return prepared;
  try {
    writeFile(toRun.save, savedText(toRun, made));
    return prepared;
  } catch (error) {
    return { problems: [`${toRun.save} cannot be written: ${reasonOf(error)}`] };
  }
}

function yamlOf(objects: readonly KubeObject[]): string {
  return objects.map(yamlText).join('---\n');
}

/** The file for a URL's test. Its secret values and its rows stay on the command line, which the first line tells. */
function savedText({ save, given }: { save?: string; given: GivenArguments }, { objects, secrets }: UrlTest): string {
  const data = given.data === undefined ? [] : [`--data ${given.data}`];
  return `# loadtest run ${[save, ...secrets, ...data].join(' ')}\n${yamlOf(objects)}`;
}

/** The tests of all files, each of which may refer to the Secrets and ConfigMaps of the others, as after kubectl apply. */
async function ofFiles(
  files: readonly string[],
  set: readonly string[],
  values: ReadonlyMap<string, Buffer>,
): Promise<Prepared> {
  // Standard input can be read once.
  const read = files.map((file) => fromFile(file, (text, name) => ({ text, name })));
  const unread = read.flatMap((r, i) => ('problems' in r ? r.problems.map((p) => `${p}${urlHint(files[i]!)}`) : []));
  if (unread.length > 0) return { problems: unread };
  const texts = read.flatMap((r) => ('text' in r ? [r] : []));
  const holders = texts.map(({ text, name }) => (texts.length === 1 ? [] : holdersIn(text, name)));
  const all: Exclude<Prepared, { problems: string[] }> = { tests: [], baselines: [], notes: [] };
  const problems: string[] = [];
  for (const [i, { text, name }] of texts.entries()) {
    const objects = holders.toSpliced(i, 1).flat();
    const isShared = holders[i]!.length > 0 && holders[i]!.length === objectsIn(text, name).length;
    const prepared = isShared ? all : await checkedTests(text, name, set, { values, objects });
    if ('problems' in prepared) problems.push(...prepared.problems);
    else if (prepared !== all) {
      all.tests.push(...prepared.tests);
      all.baselines.push(...prepared.baselines);
      all.notes.push(...prepared.notes);
    }
  }
  return problems.length > 0 ? { problems } : all;
}

function objectsIn(text: string, name: string): KubeObject[] {
  const parsed = parseObjects(text, name);
  return 'objects' in parsed ? parsed.objects : [];
}

function holdersIn(text: string, name: string): KubeObject[] {
  return objectsIn(text, name).filter(({ kind }) => kind === 'Secret' || kind === 'ConfigMap');
}
