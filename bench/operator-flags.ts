import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The flags with which the image starts the operator. */
export function operatorFlags(): string[] {
  const dockerfile = readFileSync(join(import.meta.dirname, '../Dockerfile'), 'utf8');
  const command = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1];
  return (JSON.parse(command ?? '[]') as string[]).slice(0, -1);
}
