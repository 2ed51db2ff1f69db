import { escapedJson, shownText } from '../../api/common/shown/text.ts';
import type { CommandCalled } from '../arguments/command.ts';
import { RESOURCE } from '../cluster/cluster-loadtest.ts';
import { kubectlFor } from '../cluster/kubectl.ts';
import { loadTestTable } from '../cluster/loadtest-table.ts';
import { EXIT } from '../output/exit-codes.ts';
import { paintFor, refuse } from '../terminal/terminal.ts';

/** Prints the LoadTests of a namespace, or of all, as a table or in kubectl's own forms. */
export async function listCommand({
  output,
  selector,
  allNamespaces,
  cluster,
}: CommandCalled<'list'>): Promise<number> {
  const response = await kubectlFor(cluster)([
    ...['get', RESOURCE, '-o', output === 'table' ? 'json' : output],
    ...(allNamespaces ? ['--all-namespaces'] : []),
    ...(selector === undefined ? [] : [`--selector=${selector}`]),
  ]);
  if ('problem' in response) return refuse([response.problem]);
  if (output !== 'table') {
    process.stdout.write(output === 'json' ? escapedJson(response.out) : shownText(response.out));
    return EXIT.passed;
  }
  const lines = loadTestTable(response.out, { allNamespaces, nowMs: Date.now(), paint: paintFor(process.stdout) });
  if (lines.length === 0) process.stderr.write('there is no LoadTest\n');
  for (const line of lines) process.stdout.write(`${line}\n`);
  return EXIT.passed;
}
