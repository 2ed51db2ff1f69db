/** The first Node whose permission model can deny the network, and whose permissions a running process can drop. */
const FIRST_NODE = 26;

/** The reason why this Node (`process.versions.node`) cannot run scripts; undefined when it can. */
export function sandboxProblem(node: string): string | undefined {
  if (Number.parseInt(node, 10) >= FIRST_NODE) return undefined;
  return `scripts need Node ${FIRST_NODE} or newer, whose permission model confines them; this is Node ${node}`;
}
