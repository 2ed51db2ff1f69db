import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const sectionOf = (title: string) => text.split(/^## /m).find((section) => section.startsWith(title)) ?? '';
const LINK = /\[([^\]]+)\]\((test\/[^)]+)\)/g;

describe('each claim of SECURITY.md names a test that attacks it', () => {
  const claims = sectionOf('What holds').split(/^- /m).slice(1);
  it('has claims', () => assert.ok(claims.length > 10));
  for (const claim of claims)
    it(claim.slice(0, 60), () => {
      const links = [...claim.matchAll(LINK)];
      assert.ok(links.length > 0, 'no test is linked');
      for (const [, title, path] of links) {
        assert.ok(existsSync(join(root, path!)), path!);
        const source = readFileSync(join(root, path!), 'utf8');
        assert.ok(source.includes(title!.replaceAll(/\s+/g, ' ')), `${path} has no test "${title}"`);
      }
    });
  it('has no place that is left open', () => assert.doesNotMatch(text, /<!--/));
});
