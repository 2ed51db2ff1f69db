import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * What is wrong with a module's syntax, with its line: "sign.js:3: SyntaxError: Unexpected number"; undefined when nothing is.
 * Nothing of it is run. Node tells the line of a module's mistake nowhere but in what `node --check` writes.
 */
export async function syntaxProblem(file: string, source: string): Promise<string | undefined> {
  const node = spawn(process.execPath, ['--check', '--input-type=module', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  node.stdin.on('error', () => {}); // it may have ended before it has read everything
  node.stdin.end(source);
  const [written, code] = await Promise.all([text(node.stderr), new Promise((done) => node.once('close', done))]);
  if (code === 0) return undefined;
  const [, line] = /:(\d+)$/m.exec(written.split('\n', 1)[0]!) ?? [];
  const message = /^\w*Error: .*$/m.exec(written)?.[0] ?? 'is no JavaScript module';
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
}
