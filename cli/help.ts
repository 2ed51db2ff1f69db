const GENERAL = `Load tests as a Kubernetes resource, run on this machine.

Usage: loadtest COMMAND

  run FILE          runs the LoadTests in FILE here, without a cluster
  validate FILE...  says whether a cluster would accept the LoadTests in each FILE
  version           prints the version

loadtest COMMAND --help tells more about a command.
`;

const RUN = `Usage: loadtest run FILE [--set PATH=VALUE]... [-o text|yaml|json]

Runs the LoadTests in FILE on this machine: the same load, the same merge and the same verdict as in a cluster,
with worker threads in the place of pods. FILE is what kubectl apply -f accepts, "-" is standard input. The Secrets
and ConfigMaps that a LoadTest refers to stand beside it in the same file; other objects are left alone.

Progress goes to standard error, the finished resource to standard output.

  --set PATH=VALUE  sets a field of the spec before it is checked; repeatable. PATH is dotted, with indices of lists:
                    --set load.open.stages[0].rate=100. VALUE is YAML; null removes the field. A dot that is part
                    of a name is written "\\."
  -o, --output      text (default): a report for people; yaml, json: the finished LoadTest with its status

Ctrl-C ends the load and shows the result so far; a second one ends at once.

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 bad input, 130 interrupted.
`;

const VALIDATE = `Usage: loadtest validate FILE...

Says whether a cluster would accept the LoadTests and ScheduledLoadTests in each FILE, by the same rules and with the
same messages. "-" is standard input. Other objects are left alone.

Exit code: 0 all are valid, 64 at least one is not.
`;

const VERSION = `Usage: loadtest version

Prints the version.
`;

const TOPICS = { run: RUN, validate: VALIDATE, version: VERSION };

export function helpText(topic?: keyof typeof TOPICS): string {
  return topic === undefined ? GENERAL : TOPICS[topic];
}
