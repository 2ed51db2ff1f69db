import { REPORT_FILES } from './shared.ts';

export const RUN = `Usage: loadtest run FILE [--set PATH=VALUE]... [--baseline FILE] [--allow-address CIDR]...
                         [-o text|yaml|json] [--no-progress]
                         [--report FILE] [--junit FILE] [--json FILE] [--markdown FILE]

Runs the LoadTests in FILE on this machine: the same load, the same merge and the same verdict as in a cluster,
with worker threads in the place of pods, as many as the load needs and the cores allow. FILE is what
kubectl apply -f accepts, "-" is standard input. The Secrets and ConfigMaps that a LoadTest refers to stand beside it
in the same file; other objects are left alone.

Progress goes to standard error, the finished resource to standard output. What only a cluster has is left out:
runners.template and readyTimeout, ttlSecondsAfterFinished, target.exclusive. A thread that is lost ends the run,
whatever onLoss says.

  --set PATH=VALUE  sets a field of the spec before it is checked; repeatable. PATH is dotted, with indices of lists:
                    --set load.open.stages[0].rate=100. VALUE is YAML; null removes the field. A dot that is part
                    of a name is written "\\."
  --baseline FILE   compares with the result in FILE, which is what -o json or --json wrote: a test that is worse by
                    more than compareWith.maxRegression (10% where it says nothing), and by more than noise, has
                    failed. Without it, compareWith names a LoadTest that stands beside this one in the same file:
                    complete, or run before it.
  --allow-address CIDR
                    lets load go to a range of addresses that it does not go to otherwise: link-local ones and clouds'
                    metadata services; repeatable
  -o, --output      text (default): a report for people; yaml, json: the finished LoadTest with its status
  --no-progress     one plain line a second in the place of the live view, as without a terminal, or with CI set

The report, in files:

${REPORT_FILES}

The live view shows the last second: rate, response times, requests in flight; errors and thresholds are of the load
so far. NO_COLOR takes the colours away. Ctrl-C ends the load, or what comes before it, and shows the result so far; a
second one ends at once.

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 bad input, 130 interrupted.
`;

export const VALIDATE = `Usage: loadtest validate FILE...

Says whether a cluster would accept the LoadTests and ScheduledLoadTests in each FILE, by the same rules and with the
same messages. "-" is standard input. Other objects are left alone.

Exit code: 0 all are valid, 64 at least one is not.
`;
