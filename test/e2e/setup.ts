import { environment } from './environment.ts';

/** Run once before all test files (node --test-global-setup); they find the environment in a variable of theirs. */
export async function globalSetup(): Promise<void> {
  await environment();
}
