import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * The first syntax error of a module with its line: "sign.js:3: SyntaxError: Unexpected number"; undefined without one. Executes nothing.
 * Starts a process because only the output of `node --check` contains the line of a module's syntax error.
 */
export async function syntaxProblem(file: string, source: string): Promise<string | undefined> {
  const node = spawn(process.execPath, ['--check', '--input-type=module', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  node.stdin.on('error', () => {}); // it may exit before it has read everything
  node.stdin.end(source);
  const [output, code] = await Promise.all([text(node.stderr), new Promise((done) => node.once('close', done))]);
  if (code === 0) return undefined;
  const [, line] = /:(\d+)$/m.exec(output.split('\n', 1)[0]!) ?? [];
  const message = /^\w*Error: .*$/m.exec(output)?.[0] ?? 'is not a JavaScript module';
  return `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
}
