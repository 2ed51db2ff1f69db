/** How a test ended, with why its script's teardown failed: that is stated, and changes no verdict. */
export function withTeardown(message: string, problem: string | undefined): string {
  const failed = problem === undefined ? [] : [`the script's teardown failed: ${problem}`];
  return [message, ...failed].filter((part) => part !== '').join('; ');
}
