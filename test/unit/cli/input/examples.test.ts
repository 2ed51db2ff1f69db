import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { formatProblem, validateText } from '../../../../cli/input/validate.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();

/** The code blocks of a page that contain YAML of this project's kinds. */
function manifestsIn(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block]) => block!);
  return blocks.filter((block) => block.includes('apiVersion: loadtest.dev/'));
}

describe('the examples are valid', () => {
  for (const path of globSync('examples/*.yaml', { cwd: root }).sort()) {
    it(path, () => {
      const { documents, problems } = validateText(read(path), path);
      assert.deepEqual(problems.map(formatProblem), []);
      assert.ok(documents.length > 0);
    });
  }
  for (const page of pages) {
    for (const [i, manifest] of manifestsIn(read(page)).entries()) {
      it(`${page}, manifest ${i + 1}`, () =>
        assert.deepEqual(validateText(manifest, page).problems.map(formatProblem), []));
    }
  }
});
