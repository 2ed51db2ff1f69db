import { basename, extname } from 'node:path';
import { referencePath } from '../../api/loadtest/references.ts';
import { bytesOf, type Surroundings, valueOfArgument } from './value-argument.ts';

/** Values that the command line gives: `secrets` are NAME.KEY=VALUE, `script` and `data` are files. */
export type GivenArguments = { secrets: readonly string[]; script?: string; data?: string };

/** Values by referencePath, which outweigh those of the file, and the overrides that make a spec refer to them. */
export type Given = { values: Map<string, Buffer>; set: string[] };

/** The ConfigMap that a file of the command line takes the place of. */
const HOLDER = 'given';
const SECRET = /^([^.=]+)\.([^=]+)=(.*)$/s;

/** Reads the values of the command line; a problem for each that is malformed or cannot be read. */
export function givenValues(
  { secrets, script, data }: GivenArguments,
  surroundings: Surroundings,
): Given | { problems: string[] } {
  const read = [
    ...secrets.map((text) => secretOf(text, surroundings)),
    ...(script === undefined ? [] : [fileOf('script', script, surroundings)]),
    ...(data === undefined ? [] : [fileOf('data', data, surroundings)]),
  ];
  const problems = read.flatMap((r) => ('problem' in r ? [r.problem] : []));
  if (problems.length > 0) return { problems };
  const found = read.flatMap((r) => ('value' in r ? [r] : []));
  return { values: new Map(found.map(({ path, value }) => [path, value])), set: found.flatMap(({ set }) => set) };
}

type Read = { path: string; value: Buffer; set: string[] } | { problem: string };

function secretOf(text: string, surroundings: Surroundings): Read {
  const [, name = '', key = '', argument = ''] = SECRET.exec(text) ?? [];
  // The text may be a secret, and logs keep messages.
  if (name === '') return { problem: '--secret must be NAME.KEY=VALUE, NAME.KEY=env:VARIABLE or NAME.KEY=file:PATH' };
  const found = valueOfArgument(argument, surroundings);
  if ('problem' in found) return { problem: `--secret ${name}.${key}: ${found.problem}` };
  return { path: referencePath({ kind: 'Secret', name, key }), value: found.value, set: [] };
}

/** Extensions of files of data, with their formats. */
const FORMATS: Record<string, string> = { '.csv': 'CSV', '.json': 'JSON' };

function fileOf(option: 'script' | 'data', file: string, { readFile }: Surroundings): Read {
  const found = bytesOf(file, readFile);
  if ('problem' in found) return { problem: `--${option} ${found.problem}` };
  // A key in messages, which has letters that a key of a ConfigMap may have.
  const key = basename(file).replaceAll(/[^-._a-zA-Z0-9]/g, '_');
  const reference = JSON.stringify({ name: HOLDER, key });
  const format = FORMATS[extname(file).toLowerCase()];
  if (option === 'data' && format === undefined) return { problem: `--data ${file}: must end in .csv or .json` };
  return {
    path: referencePath({ kind: 'ConfigMap', name: HOLDER, key }),
    value: found.value,
    set:
      option === 'script'
        ? [`script.configMapKeyRef=${reference}`]
        : [`data.from={"configMapKeyRef":${reference}}`, `data.format=${format}`],
  };
}
