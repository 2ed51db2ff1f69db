import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../../..');
const MAX_BYTES = 150_000;

describe('a picture of the documents', () => {
  const documents = globSync(['README.md', 'docs/*.md'], { cwd: root }).map((path) =>
    readFileSync(join(root, path), 'utf8'),
  );
  const script = readFileSync(join(root, 'scripts/pictures.ts'), 'utf8');
  for (const name of globSync('*', { cwd: join(root, 'docs/pictures') }))
    it(`${name} is small, shown in a document with a text for those who cannot see it, and made by the script`, () => {
      assert.ok(statSync(join(root, 'docs/pictures', name)).size <= MAX_BYTES);
      const shown = new RegExp(
        `!\\[[^\\]]{20,}\\]\\([^)]*pictures/${name}\\)|<img src="[^"]*pictures/${name}"[^>]* alt="[^"]{20,}"`,
      );
      assert.ok(documents.some((text) => shown.test(text)));
      assert.ok(script.includes(`'${name}'`));
    });
});
