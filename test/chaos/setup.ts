import { installCrds, OPERATOR_NAMESPACE, setUp, uninstall } from '../e2e/support/environment.ts';

/** Runs once before all test files. Every file has an operator in its own namespace; there is none for the whole cluster. */
export async function globalSetup(): Promise<void> {
  const testEnvironment = await setUp((line) => console.error(line));
  await installCrds(testEnvironment);
  await uninstall(testEnvironment, OPERATOR_NAMESPACE);
}
