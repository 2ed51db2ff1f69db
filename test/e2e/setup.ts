import { install, setUp } from './environment.ts';

/** Run once before all test files (node --test-global-setup); they find the environment in a variable of theirs. */
export async function globalSetup(): Promise<void> {
  await install(await setUp((line) => console.error(line)));
}
