import type { Log } from '../install.ts';
import { TOOLS } from './index.ts';
import type { Tool } from './tool.ts';

/** A tool with the beginning of its command line. */
export type Ready = { tool: Tool; program: string[] };

/** Installs the named tools; skips an unavailable one with the reason. */
export async function installTools(
  names: readonly string[],
  log: Log,
): Promise<{ ready: Ready[]; skipped: { tool: string; scenario?: string; reason: string }[] }> {
  const ready: Ready[] = [];
  const skipped: { tool: string; reason: string }[] = [];
  for (const tool of TOOLS.filter(({ name }) => names.includes(name))) {
    try {
      ready.push({ tool, program: await tool.install(log) });
    } catch (error) {
      const reason = `not installed: ${(error as Error).message.slice(0, 300)}`;
      log(`${tool.name}: ${reason}`);
      skipped.push({ tool: tool.name, reason });
    }
  }
  return { ready, skipped };
}
