import { reasonOf } from '../input/files.ts';

/** The environment and the files of an argument's value. `readFile` throws as fs does. */
export type Surroundings = { env: Readonly<Record<string, string | undefined>>; readFile: (path: string) => Buffer };

/**
 * The value of an argument: `env:NAME` from the environment and `file:PATH` from a file, because other users of the machine can see the
 * arguments of a command; any other text is the value itself.
 */
export function valueOfArgument(
  text: string,
  { env, readFile }: Surroundings,
): { value: Buffer } | { problem: string } {
  const [, form, rest = ''] = /^(env|file):(.*)$/s.exec(text) ?? [];
  if (form === 'file') return bytesOf(rest, readFile);
  if (form !== 'env') return { value: Buffer.from(text) };
  const value = env[rest];
  return value === undefined ? { problem: `the environment has no ${rest || 'name'}` } : { value: Buffer.from(value) };
}

/** The bytes of a file, or why it cannot be read. */
export function bytesOf(path: string, readFile: Surroundings['readFile']): { value: Buffer } | { problem: string } {
  try {
    return { value: readFile(path) };
  } catch (error) {
    return { problem: `${path} cannot be read: ${reasonOf(error)}` };
  }
}
