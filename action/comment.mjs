// The step of action.yaml that shows the report in the pull request: one comment for each key, which later runs replace. Plain JavaScript
// without dependencies, for the runner's own Node. A comment that cannot be written is a warning, because the verdict matters more.
import { existsSync, readFileSync } from 'node:fs';
import { env, stdout } from 'node:process';

/** GitHub's limit of a comment, in characters. */
const MAX_COMMENT = 65_536;
const PAGE = 100;
const MAX_PAGES = 20;

const marker = `<!-- loadtest-operator ${encodeURIComponent(env.INPUT_KEY ?? '').replaceAll('--', '%2D%2D')} -->`;
const issues = `${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}/issues`;

/**
 * Calls GitHub's API; returns its response, parsed.
 *
 * @param {string} method
 * @param {string} url
 * @param {object} [body]
 */
async function call(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${env.INPUT_TOKEN}`, accept: 'application/vnd.github+json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${response.status}`);
  return response.json();
}

/**
 * The URL of the comment with our marker.
 *
 * @param {number} number
 * @returns {Promise<string | undefined>}
 */
async function earlierComment(number) {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const url = `${issues}/${number}/comments?per_page=${PAGE}&page=${page}`;
    const comments = /** @type {{ body?: string, url: string }[]} */ (await call('GET', url));
    const ours = comments.find(({ body }) => body?.startsWith(marker));
    if (ours !== undefined) return ours.url;
    if (comments.length < PAGE) return undefined;
  }
  return undefined;
}

async function main() {
  const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? '', 'utf8'));
  const number = event.pull_request?.number;
  if (number === undefined || !existsSync(env.SUMMARY ?? '')) return 'no pull request or no report, hence no comment';
  const body = `${marker}\n${readFileSync(env.SUMMARY ?? '', 'utf8')}`.slice(0, MAX_COMMENT);
  const earlier = await earlierComment(number);
  if (earlier === undefined) await call('POST', `${issues}/${number}/comments`, { body });
  else await call('PATCH', earlier, { body });
  return earlier === undefined ? 'commented' : 'replaced the earlier comment';
}

try {
  stdout.write(`${await main()}\n`);
} catch (error) {
  stdout.write(`::warning title=Load test::the comment was not written: ${String(error)}\n`);
}
