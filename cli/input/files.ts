import { existsSync, readFileSync } from 'node:fs';
import { decodeText } from './decode.ts';

/** Reads a file, "-" for standard input, and parses its text; a problem if it cannot be read or is not text. */
export function fromFile<T>(file: string, parse: (text: string, name: string) => T): T | { problems: string[] } {
  const text = read(file);
  return typeof text === 'string' ? parse(text, fileName(file)) : { problems: [text.problem] };
}

/** Whether a NAME|FILE is a file, also one that is missing, rather than the name of a LoadTest in the cluster. */
export function isFile(source: string): boolean {
  return source === '-' || source.includes('/') || /\.(json|ya?ml)$/i.test(source) || existsSync(source);
}

function read(file: string): string | { problem: string } {
  try {
    const decoded = decodeText(readFileSync(file === '-' ? 0 : file));
    if ('text' in decoded) return decoded.text;
    return { problem: `${fileName(file)}:${decoded.position}: ${decoded.problem}` };
  } catch (error) {
    return { problem: `${fileName(file)} cannot be read: ${reasonOf(error)}` };
  }
}

function fileName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** Node's reason for a failed file operation, without the code and the path. */
export function reasonOf(error: unknown): string {
  return (error as Error).message.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*')?$/, '');
}
