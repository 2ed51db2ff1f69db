import { WHERE } from './shared.ts';

export const WAIT = `Usage: loadtest wait NAME [--no-progress] [--report FILE] [--junit FILE] [--markdown FILE] [--json FILE]

Follows the LoadTest called NAME in the cluster that kubectl speaks to, prints its report when it is complete, and ends
with its verdict, as loadtest run does. Progress goes to standard error, the report to standard output. Ctrl-C ends the
waiting and leaves the LoadTest alone.

  --report, --junit, --markdown, --json
                    write the report to files too, as loadtest report does
  --no-progress     plain lines in the place of the live view
${WHERE}

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 there is no such LoadTest, or it is not valid, 130 interrupted.
`;

export const LIST = `Usage: loadtest list [-A] [-l SELECTOR] [-o table|json|yaml|name]

Lists the LoadTests of a namespace, with the state of each, its verdict once it is complete, and its main figures.

  -A, --all-namespaces
                    those of all namespaces
  -l, --selector SELECTOR
                    those with these labels, as kubectl selects
  -o, --output      table (default), or json, yaml, name as kubectl prints them
${WHERE}

Exit code: 0 listed, 64 the cluster does not answer.
`;

export const STOP = `Usage: loadtest stop NAME...

Ends the load of LoadTests in the cluster that kubectl speaks to and keeps what they have measured: they are Complete
with reason Stopped, and inconclusive. It is the annotation loadtest.dev/stop, which you may set without this command.
The command does not wait for the end; loadtest wait NAME does.

${WHERE}

Exit code: 0 asked, or complete already; 64 there is no such LoadTest.
`;

export const RERUN = `Usage: loadtest rerun NAME [--name NEW] [--set PATH=VALUE]... [--wait]

Runs a LoadTest in the cluster once more, as a new object with the same spec, and prints the new one's name. The result
of the old one stays. The new one's name begins with the old one's, and the cluster completes it.

  --name NEW        the new one's name
  --set PATH=VALUE  sets a field of the new one's spec; repeatable; see loadtest run --help
  --wait            follows the new one, prints its report and ends with its verdict; with --no-progress, --report,
                    --junit, --markdown and --json as loadtest wait has them
${WHERE}

Exit code: 0 made; with --wait that of loadtest wait; 64 there is no such LoadTest, or the new one is not valid.
`;

export const LOGS = `Usage: loadtest logs NAME [-f] [--tail LINES] [--since DURATION] [--timestamps]

Prints the logs of all runners of a LoadTest in the cluster, each line with its pod, while the pods are there.

  -f, --follow, --tail, --since, --timestamps
                    as kubectl logs has them; all lines by default
${WHERE}

Exit code: that of kubectl logs; 64 there is no such LoadTest.
`;
