import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundle.ts';

/** The reference of the base image in the Dockerfile, with its digest. */
export function baseOfDockerfile(): string {
  const reference = /^ARG BASE=(\S+)$/m.exec(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))?.[1];
  if (reference === undefined) throw new Error('the Dockerfile has no line ARG BASE=…');
  return reference;
}
