import type { Topic } from './options.ts';

const GENERAL = `Load tests as a Kubernetes resource: on this machine, and in a cluster through kubectl.

Usage: loadtest COMMAND

On this machine:
  run FILE          runs the LoadTests in FILE here, without a cluster
  validate FILE...  says whether a cluster would accept the LoadTests in each FILE

In a cluster:
  list              lists LoadTests with their verdicts
  wait NAME         follows a LoadTest and ends as it does
  stop NAME...      ends LoadTests and keeps their results so far
  rerun NAME        runs a LoadTest once more, as a new one
  logs NAME         prints the logs of all its runners

Of both:
  report NAME|FILE  writes the report of a finished LoadTest as HTML, JUnit XML, Markdown or JSON
  compare A B       says whether result B is worse than result A by more than noise
  completion SHELL  prints a script that completes commands: bash, zsh or fish
  version           prints the version

loadtest COMMAND --help tells more about a command. As a kubectl plugin, it is kubectl loadtest COMMAND.

Exit code: 0 passed or done, 1 failed, 2 inconclusive, 64 bad input or nothing of that name, 130 interrupted (Ctrl-C),
143 terminated.
`;

const RUN = `Usage: loadtest run FILE [--set PATH=VALUE]... [--baseline FILE] [--allow-address CIDR]...
                         [-o text|yaml|json] [--no-progress]
                         [--report FILE] [--junit FILE] [--json FILE] [--markdown FILE]

Runs the LoadTests in FILE on this machine: the same load, the same merge and the same verdict as in a cluster,
with worker threads in the place of pods. FILE is what kubectl apply -f accepts, "-" is standard input. The Secrets
and ConfigMaps that a LoadTest refers to stand beside it in the same file; other objects are left alone.

Progress goes to standard error, the finished resource to standard output. What only a cluster has is left out:
runners.template and readyTimeout, ttlSecondsAfterFinished, target.exclusive. A thread that is lost ends the run,
whatever onLoss says.

  --set PATH=VALUE  sets a field of the spec before it is checked; repeatable. PATH is dotted, with indices of lists:
                    --set load.open.stages[0].rate=100. VALUE is YAML; null removes the field. A dot that is part
                    of a name is written "\\."
  --baseline FILE   compares with the result in FILE, which is what -o json or --json wrote: a test that is worse by more than
                    compareWith.maxRegression (10% where it says nothing), and by more than noise, has failed. Without
                    it, compareWith names a LoadTest that stands in FILE too: complete, or run before this one.
  --allow-address CIDR
                    lets load go to a range of addresses that it does not go to otherwise: link-local ones and clouds'
                    metadata services; repeatable
  -o, --output      text (default): a report for people; yaml, json: the finished LoadTest with its status
  --report FILE     writes the report as one HTML page that needs nothing else: charts, tables, the spec
  --junit FILE      writes the verdict and the thresholds as JUnit XML, for a CI server
  --markdown FILE   writes the verdict and the main figures as Markdown, for a pull request
  --json FILE       writes the full result: spec, status, timeline, histograms; loadtest report reads it

  --no-progress     one plain line a second in the place of the live view, as without a terminal, or with CI set

The live view shows the last second: rate, response times, requests in flight; errors and thresholds are of the load so far.
NO_COLOR takes the colours away. Ctrl-C ends the load and shows the result so far; a second one ends at once.

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 bad input, 130 interrupted.
`;

const WAIT = `Usage: loadtest wait NAME [--no-progress] [--report FILE] [--junit FILE] [--markdown FILE] [--json FILE]

Follows the LoadTest called NAME in the cluster that kubectl speaks to, prints its report when it is complete, and ends
with its verdict, as loadtest run does. Progress goes to standard error, the report to standard output. Ctrl-C ends the
waiting and leaves the LoadTest alone.

  --report, --junit, --markdown, --json
                    write the report to files too, as loadtest report does
  --no-progress     plain lines in the place of the live view
  -n, --namespace, --context, --kubeconfig
                    as kubectl has them

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 there is no such LoadTest, or it is not valid, 130 interrupted.
`;

const LIST = `Usage: loadtest list [-A] [-l SELECTOR] [-o table|json|yaml|name]

Lists the LoadTests of a namespace, with the state of each, its verdict once it is complete, and its main figures.

  -A, --all-namespaces
                    those of all namespaces
  -l, --selector SELECTOR
                    those with these labels, as kubectl selects
  -o, --output      table (default), or json, yaml, name as kubectl prints them
  -n, --namespace, --context, --kubeconfig
                    as kubectl has them

Exit code: 0 listed, 64 the cluster does not answer.
`;

const STOP = `Usage: loadtest stop NAME...

Ends the load of LoadTests in the cluster that kubectl speaks to and keeps what they have measured: they are Complete with
reason Stopped, and inconclusive. It is the annotation loadtest.dev/stop, which you may set without this command. The
command does not wait for the end; loadtest wait NAME does.

  -n, --namespace, --context, --kubeconfig
                    as kubectl has them

Exit code: 0 asked, or complete already; 64 there is no such LoadTest.
`;

const RERUN = `Usage: loadtest rerun NAME [--name NEW] [--set PATH=VALUE]... [--wait]

Runs a LoadTest in the cluster once more, as a new object with the same spec, and prints the new one's name. The result of
the old one stays. The new one's name begins with the old one's, and the cluster completes it.

  --name NEW        the new one's name
  --set PATH=VALUE  sets a field of the new one's spec; repeatable; see loadtest run --help
  --wait            follows the new one, prints its report and ends with its verdict; with --no-progress, --report,
                    --junit, --markdown and --json as loadtest wait has them
  -n, --namespace, --context, --kubeconfig
                    as kubectl has them

Exit code: 0 made; with --wait that of loadtest wait; 64 there is no such LoadTest, or the new one is not valid.
`;

const LOGS = `Usage: loadtest logs NAME [-f] [--tail LINES] [--since DURATION] [--timestamps]

Prints the logs of all runners of a LoadTest in the cluster, each line with its pod, while the pods are there.

  -f, --follow, --tail, --since, --timestamps
                    as kubectl logs has them; all lines by default
  -n, --namespace, --context, --kubeconfig
                    as kubectl has them

Exit code: that of kubectl logs; 64 there is no such LoadTest.
`;

const REPORT = `Usage: loadtest report NAME|FILE [--report FILE] [--junit FILE] [--markdown FILE] [--json FILE]

Writes the report of a finished LoadTest: of the one called NAME in the cluster that kubectl speaks to, or from FILE, which
is what --json wrote or a report's ConfigMap ("-" is standard input). A word with a dot or a slash in it is a FILE.
Without an option, the report is printed as text.

  --report FILE     one HTML page that needs nothing else: charts, tables, the spec
  --junit FILE      the verdict and the thresholds as JUnit XML, for a CI server
  --markdown FILE   the verdict and the main figures as Markdown, for a pull request
  --json FILE       the full result: spec, status, timeline, histograms
                    "-" as FILE is standard output.
  -n, --namespace, --context, --kubeconfig
                    as kubectl has them

Exit code: 0 written, 64 there is no such report.
`;

const COMPARE = `Usage: loadtest compare A B [--max-regression PERCENT] [-o text|json|markdown]

Says whether the result B is worse than the result A. Each is the name of a LoadTest in the cluster that kubectl speaks to,
or a file: what loadtest run -o json or --json wrote, or a report's ConfigMap ("-" is standard input). Both must have been
made with the same load. A metric has regressed when it is worse by more than the limit, and by more than the windows of
the two runs differ by themselves.

  --max-regression  how much worse B may be, in proportion to A (default 10%)
  -o, --output      text (default), json, or markdown for a pull request
  -n, --namespace, --context, --kubeconfig
                    as kubectl has them

Exit code: 0 not worse, 1 regressed, 2 not comparable, 64 there is no such result.
`;

const VALIDATE = `Usage: loadtest validate FILE...

Says whether a cluster would accept the LoadTests and ScheduledLoadTests in each FILE, by the same rules and with the
same messages. "-" is standard input. Other objects are left alone.

Exit code: 0 all are valid, 64 at least one is not.
`;

const COMPLETION = `Usage: loadtest completion bash|zsh|fish

Prints a script that completes commands, options, files, and the names of LoadTests in the cluster:

  bash              source <(loadtest completion bash), in ~/.bashrc
  zsh               source <(loadtest completion zsh), in ~/.zshrc behind compinit
  fish              loadtest completion fish > ~/.config/fish/completions/loadtest.fish
`;

const VERSION = `Usage: loadtest version [-o text|json]

Prints the version; as JSON with that of the API and of Node.
`;

const TEXTS: Record<Topic, string> = {
  run: RUN,
  wait: WAIT,
  list: LIST,
  stop: STOP,
  rerun: RERUN,
  logs: LOGS,
  report: REPORT,
  compare: COMPARE,
  validate: VALIDATE,
  completion: COMPLETION,
  version: VERSION,
};

export function helpText(topic?: Topic): string {
  return topic === undefined ? GENERAL : TEXTS[topic];
}
