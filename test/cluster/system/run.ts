import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Written to the command's standard input. */
  input?: string;
  /** Called for each line that the command writes to standard error, for progress. */
  onErrorLine?: (line: string) => void;
}

/** A command that could not be started or did not exit with 0; the message contains its output. */
export class CommandError extends Error {
  readonly code: number | null;
  readonly stderr: string;

  constructor(command: readonly string[], code: number | null, stderr: string) {
    super(`${command.join(' ')}: exit code ${code}\n${stderr.slice(-4000)}`);
    this.code = code;
    this.stderr = stderr;
  }
}

/** Runs a command and returns its standard output. Rejects with a CommandError unless it exits with 0. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env } });
    const out: Buffer[] = [];
    const errors: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    createInterface(child.stderr).on('line', (line) => {
      errors.push(line);
      options.onErrorLine?.(line);
    });
    child.on('error', (error) => reject(new CommandError(command, null, error.message)));
    child.on('close', (code) => {
      const stdout = Buffer.concat(out).toString();
      if (code === 0) resolve(stdout);
      else reject(new CommandError(command, code, `${errors.join('\n')}\n${stdout}`.trim()));
    });
    // A command that exits without reading its input closes the pipe. Its exit code matters, and not EPIPE.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}
