const GENERAL = `Load tests as a Kubernetes resource, run on this machine.

Usage: loadtest COMMAND

  run FILE          runs the LoadTests in FILE here, without a cluster
  wait NAME         follows a LoadTest in a cluster and ends as it does
  report NAME|FILE  writes the report of a finished LoadTest as HTML, JUnit XML, Markdown or JSON
  validate FILE...  says whether a cluster would accept the LoadTests in each FILE
  version           prints the version

loadtest COMMAND --help tells more about a command.
`;

const RUN = `Usage: loadtest run FILE [--set PATH=VALUE]... [-o text|yaml|json] [--report FILE] [--junit FILE] [--json FILE] [--markdown FILE]

Runs the LoadTests in FILE on this machine: the same load, the same merge and the same verdict as in a cluster,
with worker threads in the place of pods. FILE is what kubectl apply -f accepts, "-" is standard input. The Secrets
and ConfigMaps that a LoadTest refers to stand beside it in the same file; other objects are left alone.

Progress goes to standard error, the finished resource to standard output.

  --set PATH=VALUE  sets a field of the spec before it is checked; repeatable. PATH is dotted, with indices of lists:
                    --set load.open.stages[0].rate=100. VALUE is YAML; null removes the field. A dot that is part
                    of a name is written "\\."
  -o, --output      text (default): a report for people; yaml, json: the finished LoadTest with its status
  --report FILE     writes the report as one HTML page that needs nothing else: charts, tables, the spec
  --junit FILE      writes the verdict and the thresholds as JUnit XML, for a CI server
  --markdown FILE   writes the verdict and the main figures as Markdown, for a pull request
  --json FILE       writes the full result: spec, status, timeline, histograms; loadtest report reads it

Ctrl-C ends the load and shows the result so far; a second one ends at once.

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 bad input, 130 interrupted.
`;

const WAIT = `Usage: loadtest wait NAME [--report FILE] [--junit FILE] [--markdown FILE] [--json FILE]

Follows the LoadTest called NAME in the cluster that kubectl speaks to, prints its report when it is complete, and ends
with its verdict, as loadtest run does. Progress goes to standard error, the report to standard output.

  --report, --junit, --markdown, --json
                    write the report to files too, as loadtest report does
  -n, --namespace, --context, --kubeconfig
                    as kubectl has them

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 there is no such LoadTest, or it is not valid.
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

const VALIDATE = `Usage: loadtest validate FILE...

Says whether a cluster would accept the LoadTests and ScheduledLoadTests in each FILE, by the same rules and with the
same messages. "-" is standard input. Other objects are left alone.

Exit code: 0 all are valid, 64 at least one is not.
`;

const VERSION = `Usage: loadtest version

Prints the version.
`;

const TOPICS = { run: RUN, wait: WAIT, report: REPORT, validate: VALIDATE, version: VERSION };

export function helpText(topic?: keyof typeof TOPICS): string {
  return topic === undefined ? GENERAL : TOPICS[topic];
}
