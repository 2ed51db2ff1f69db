import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = files.filter((path) => path.endsWith('.md') && !path.startsWith('bench/results/'));
const sources = files.filter(
  (path) => /\.(ts|mjs|yaml|tpl)$|Dockerfile$/.test(path) && !path.includes('/definitions/'),
);
const records = documents.filter((path) => path.startsWith('docs/design/'));

/** The longest record: half a printed page. Measurements and other details belong in docs/notes. */
const MAX_RECORD_CHARACTERS = 2_400;
const MAX_TERMS = 40;

const FOLDERS =
  'api|bench|bin|charts|cli|crds|deploy|docs|examples|lib|model|operator|render|runner|scripts|telemetry|test';
/** Files such as runner/engine/warm-up/warm-up.ts anywhere in a text, and files and folders such as `runner/engine/` in backticks. */
const PATH = new RegExp(
  `(?<![\\w./@-])(?:${FOLDERS})/[\\w./-]*\\.(?:ts|mjs|md|yaml|json|txt|sh|c|py)\\b(?!\\w)|(?<=\`)(?:${FOLDERS})/[\\w./-]*(?=\`)`,
  'g',
);

/** The paths in a text that do not exist. A path with NAME is a pattern. */
const missing = (text: string) =>
  [...text.matchAll(PATH)]
    .map(([path]) => path)
    .filter((path) => !path.includes('NAME') && !existsSync(join(root, path)));

/** The comments of a source, without its code. */
const comments = (text: string) => (text.match(/\/\*\*?[\s\S]*?\*\/|^\s*(?:\/\/|#).*$/gm) ?? []).join('\n');

describe('documents name files that exist', () => {
  for (const path of documents) it(path, () => assert.deepEqual(missing(read(path)), []));
  it('the comments of the sources', () =>
    assert.deepEqual(
      sources.flatMap((path) => missing(comments(read(path))).map((name) => `${path}: ${name}`)),
      [],
    ));
});

describe('relative links resolve', () => {
  for (const path of documents)
    it(path, () => {
      const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link!);
      assert.deepEqual(
        links.filter((link) => !existsSync(join(root, normalize(join(dirname(path), link))))),
        [],
      );
    });
});

describe('a decision record is half a page with status and date', () => {
  for (const path of records)
    it(path, () => {
      const text = read(path);
      const number = /(\d{4})-[^/]+$/.exec(path)?.[1];
      assert.match(
        text,
        new RegExp(
          `^# ${number}: .+\n\nStatus: (Accepted|Superseded by .+)\n\nDate: 20\\d\\d-\\d\\d-\\d\\d\n\n## Context\n[^]+\n## Decision\n[^]+\n## Consequences\n`,
        ),
      );
      assert.ok(text.length <= MAX_RECORD_CHARACTERS, `${text.length} characters`);
    });
  it('and no two records share a number', () => {
    const numbers = records.map((path) => /(\d{4})-[^/]+$/.exec(path)?.[1]);
    assert.equal(new Set(numbers).size, numbers.length);
  });
});

describe('the glossary', () => {
  const terms = [...read('docs/glossary.md').matchAll(/^\*\*(.+?)[.]\*\*/gm)].map(([, term]) => term!);
  it(`has at most ${MAX_TERMS} terms`, () =>
    assert.ok(terms.length > 20 && terms.length <= MAX_TERMS, `${terms.length}`));
  it('is in alphabetical order, each term once', () =>
    assert.deepEqual(
      terms,
      [...new Set(terms)].sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' })),
    ));
  for (const path of ['README.md', 'CONTRIBUTING.md'])
    it(`is linked from ${path}`, () => assert.ok(read(path).includes('(docs/glossary.md)')));
});

describe('no document suggests a command that runs a foreign package', () => {
  // Outside a clone, `npx loadtest` downloads and runs another project.
  for (const path of [...documents, ...files.filter((file) => file.startsWith('examples/'))])
    it(path, () => assert.doesNotMatch(read(path), /\bnpx (--?\w+ )*loadtest\b(?!-operator)/));
});
