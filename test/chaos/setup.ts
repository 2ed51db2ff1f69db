import { installCrds, OPERATOR_NAMESPACE, setUp, uninstall } from '../e2e/environment.ts';

/** Run once before all test files: here every file has an operator of its own namespace, and nobody one for all of them. */
export async function globalSetup(): Promise<void> {
  const made = await setUp((line) => console.error(line));
  await installCrds(made);
  await uninstall(made, OPERATOR_NAMESPACE);
}
