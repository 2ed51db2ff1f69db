import { install, setUp } from './support/environment.ts';

/** Runs once before all test files (node --test-global-setup), which read the environment from a variable. */
export async function globalSetup(): Promise<void> {
  await install(await setUp((line) => console.error(line)));
}
