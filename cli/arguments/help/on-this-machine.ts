import { REPORT_FILES } from './shared.ts';

export const RUN = `Usage: loadtest run URL [-q RATE | -c USERS] [-z DURATION] [-n REQUESTS] [-m METHOD]
                        [-H "NAME: VALUE"]... [-d BODY] [-t TIMEOUT] [--save FILE]
       loadtest run FILE... [--set PATH=VALUE]... [--secret NAME.KEY=VALUE]... [--script FILE] [--data FILE]
                         [--baseline FILE] [--allow-address CIDR]... [--no-scripts]
                         [--otlp URL] [-o text|yaml|json] [--no-progress] [--quiet]
                         [--report FILE] [--junit FILE] [--json FILE] [--markdown FILE] [--csv FILE]

Runs a load on URL, or the LoadTests in each FILE one after another, on this machine, with the same load, the same merge
of results and the same verdict as in a cluster. Worker threads replace the pods, as many as the load needs and the
cores allow. FILE has the form of kubectl apply -f; "-" is standard input. The Secrets and ConfigMaps of a LoadTest are
in one of the files or on the command line; other objects are skipped.

Progress goes to standard error, the finished resource to standard output. Fields for a cluster have no effect:
runners.template, readyTimeout, ttlSecondsAfterFinished, target.exclusive. A lost thread ends the run, whatever
onLoss is.

For a URL:

  -q, --rate RATE   requests per second, sent whether or not responses come; also 90/m or 5/100ms
  -c, --users USERS users, each of whom waits for a response before the next request (default 50)
  -z, --duration    length of the load, such as 30s (default 10s)
  -n, --requests    ends the load of the users after so many requests
  -m, --method      method (default GET, with a body POST)
  -H, --header      header; repeatable. The value env:NAME comes from the environment, file:PATH from a file
  -d, --body        body; @FILE sends the bytes of a file ("@-" standard input). JSON is sent as application/json
  -t, --timeout     longest wait for a response (default 10s)
  --save FILE       also writes the LoadTest that the command stands for, without values of env: and file:

For FILEs and a URL:

  --secret NAME.KEY=VALUE
                    sets the KEY of the Secret NAME, whatever the file has; repeatable. Other users of this machine can
                    see arguments: NAME.KEY=env:VARIABLE and NAME.KEY=file:PATH keep the value from them
  --script FILE     uses this JavaScript module as the script of the test
  --data FILE       uses the rows of this .csv or .json file as the data of the test
  --set PATH=VALUE  sets a field of the spec before validation; repeatable. PATH is dotted, with list indices:
                    --set load.open.stages[0].rate=100. VALUE is YAML; null removes the field. Write a dot within a
                    name as "\\."
  --baseline FILE   compares with the result in FILE, the output of -o json or --json. A test fails when it is worse by
                    more than compareWith.maxRegression (default 10%) and by more than noise. Without --baseline,
                    compareWith names a LoadTest in the same file: a complete one, or one that runs before.
  --allow-address CIDR
                    allows load to a range of addresses that is denied by default, such as link-local addresses and
                    the metadata services of clouds; repeatable
  --no-scripts      refuses LoadTests with a script. Scripts run without rights to files, processes and the network; what
                    they fetch obeys the rules for targets
  --otlp URL        pushes metrics to an OTLP endpoint, such as http://prometheus:9090/api/v1/otlp: at the start, every ten
                    seconds and at the end. Without --otlp, OTEL_EXPORTER_OTLP_ENDPOINT names it; the other variables of
                    OpenTelemetry for headers, certificates, resource attributes and the interval apply to both
  -o, --output      text (default): a report for people; yaml, json: the finished LoadTest with its status
  --no-progress     plain lines instead of the live view, as without a terminal or with CI set: one a second at first,
                    after 10s one in ten seconds, after 2m one a minute. Each has the rate since the line before
  --quiet           no progress, only the result and warnings

The report, in files:

${REPORT_FILES}

The live view shows rate, response times and requests in flight of the last second, with those of the seconds before as
sparklines, a row for each request, and statuses, errors and thresholds of the load so far. A yellow rate has stalled.
NO_COLOR turns colours off, FORCE_COLOR=1 on. Ctrl-C ends the load, or the preparation before it, and shows the result
so far; a second Ctrl-C exits at once. A load never outlives its command, or the npm above it.

Exit code: 0 passed, 1 failed, 2 inconclusive, 64 bad input, 130 interrupted
(129, 143 by SIGHUP, SIGTERM).
`;

export const VALIDATE = `Usage: loadtest validate FILE...

Checks whether a cluster would accept the LoadTests and ScheduledLoadTests in each FILE, with the same rules and the
same messages. "-" is standard input. Other objects are skipped.

Exit code: 0 all are valid, 64 at least one is not.
`;
