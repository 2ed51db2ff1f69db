import { CLUSTER_OPTIONS } from './shared.ts';

export const WAIT = `Usage: loadtest wait NAME [--no-progress] [--quiet]
                          [--report FILE] [--junit FILE] [--markdown FILE] [--csv FILE] [--json FILE]

Follows the LoadTest NAME in kubectl's current cluster, prints its report when it is complete, and exits with its
verdict, as loadtest run does. Progress goes to standard error, the report to standard output. Ctrl-C ends the command;
the LoadTest continues.

  --report, --junit, --markdown, --csv, --json
                    write the report to files too, as loadtest report does
  --no-progress     plain lines instead of the live view
  --quiet           no progress, only the report and warnings
${CLUSTER_OPTIONS}

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 no such LoadTest, or it is not valid, 130 interrupted.
`;

export const LIST = `Usage: loadtest list [-A] [-l SELECTOR] [-o table|json|yaml|name]

Lists the LoadTests of a namespace with their states, their verdicts once they are complete, and their main figures.

  -A, --all-namespaces
                    LoadTests of all namespaces
  -l, --selector SELECTOR
                    LoadTests with these labels, in kubectl's syntax
  -o, --output      table (default), or json, yaml, name as in kubectl
${CLUSTER_OPTIONS}

Exit code: 0 listed, 64 the cluster does not respond.
`;

export const STOP = `Usage: loadtest stop NAME...

Ends the load of LoadTests in kubectl's current cluster and keeps their measurements: they become Complete with reason
Stopped, and inconclusive. The command sets the annotation loadtest.dev/stop, as kubectl annotate can. It does not wait
for the end; loadtest wait NAME does.

${CLUSTER_OPTIONS}

Exit code: 0 stopping, or already complete; 64 no such LoadTest.
`;

export const RERUN = `Usage: loadtest rerun NAME [--name NEW] [--set PATH=VALUE]... [--wait]

Runs a LoadTest in the cluster again, as a new object with the same spec, and prints the new name. The old result stays.
The cluster makes the new name from the old one, unless --name sets it.

  --name NEW        the new name
  --set PATH=VALUE  sets a field of the new spec; repeatable; see loadtest run --help
  --wait            follows the new LoadTest, prints its report and exits with its verdict; takes --no-progress,
                    --quiet, --report, --junit, --markdown, --csv and --json like loadtest wait
${CLUSTER_OPTIONS}

Exit code: 0 created; with --wait that of loadtest wait; 64 no such LoadTest, or the new one is not valid.
`;

export const LOGS = `Usage: loadtest logs NAME [-f] [--tail LINES] [--since DURATION] [--timestamps]

Prints the logs of all runners of a LoadTest in the cluster, each line with its pod, while the pods exist.

  -f, --follow, --tail, --since, --timestamps
                    as in kubectl logs; all lines by default
${CLUSTER_OPTIONS}

Exit code: that of kubectl logs; 64 no such LoadTest.
`;
