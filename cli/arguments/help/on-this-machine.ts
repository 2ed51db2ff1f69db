import { REPORT_FILES } from './shared.ts';

export const RUN = `Usage: loadtest run FILE [--set PATH=VALUE]... [--baseline FILE] [--allow-address CIDR]...
                         [-o text|yaml|json] [--no-progress] [--quiet]
                         [--report FILE] [--junit FILE] [--json FILE] [--markdown FILE] [--csv FILE]

Runs the LoadTests in FILE on this machine, with the same load, the same merge of results and the same verdict as in a
cluster. Worker threads replace the pods, as many as the load needs and the cores allow. FILE has the form of
kubectl apply -f; "-" is standard input. The Secrets and ConfigMaps of a LoadTest are in the same file; other objects
are skipped.

Progress goes to standard error, the finished resource to standard output. Fields for a cluster have no effect:
runners.template, readyTimeout, ttlSecondsAfterFinished, target.exclusive. A lost thread ends the run, whatever
onLoss is.

  --set PATH=VALUE  sets a field of the spec before validation; repeatable. PATH is dotted, with list indices:
                    --set load.open.stages[0].rate=100. VALUE is YAML; null removes the field. Write a dot within a
                    name as "\\."
  --baseline FILE   compares with the result in FILE, the output of -o json or --json. A test fails when it is worse by
                    more than compareWith.maxRegression (default 10%) and by more than noise. Without --baseline,
                    compareWith names a LoadTest in the same file: a complete one, or one that runs before.
  --allow-address CIDR
                    allows load to a range of addresses that is denied by default, such as link-local addresses and
                    the metadata services of clouds; repeatable
  -o, --output      text (default): a report for people; yaml, json: the finished LoadTest with its status
  --no-progress     plain lines instead of the live view, as without a terminal or with CI set: one a second at first,
                    after 10s one in ten seconds, after 2m one a minute. Each has the rate since the line before
  --quiet           no progress, only the result and warnings

The report, in files:

${REPORT_FILES}

The live view shows rate, response times and requests in flight of the last second, and errors and thresholds of the
load so far. NO_COLOR turns colours off, FORCE_COLOR=1 on. Ctrl-C ends the load, or the preparation before it, and
shows the result so far; a second Ctrl-C exits at once. A load never outlives its command, or the npm above it.

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 bad input, 130 interrupted
(129, 143 by SIGHUP, SIGTERM).
`;

export const VALIDATE = `Usage: loadtest validate FILE...

Checks whether a cluster would accept the LoadTests and ScheduledLoadTests in each FILE, with the same rules and the
same messages. "-" is standard input. Other objects are skipped.

Exit code: 0 all are valid, 64 at least one is not.
`;
