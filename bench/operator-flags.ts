import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the image starts the operator with. */
export function operatorFlags(): string[] {
  const dockerfile = readFileSync(join(import.meta.dirname, '../Dockerfile'), 'utf8');
  const command = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1];
  return (JSON.parse(command ?? '[]') as string[]).slice(0, -1);
}
