import { CLUSTER_OPTIONS } from './shared.ts';

export const TRIGGER = `Usage: loadtest trigger NAME [--value VALUE] [--wait]

Creates a run of the ScheduledLoadTest NAME now, also while it is suspended, and prints the name of the LoadTest. The
times of the schedule stay as they are. The run observes concurrencyPolicy: under Forbid it waits for the active run,
under Replace it replaces it. The command sets the annotation loadtest.dev/trigger, as kubectl annotate can.

  --value VALUE     the value of the annotation, such as the commit under test: each new value creates one run, and
                    the same value again creates none. Default: the time
  --wait            follows the run, prints its report and exits with its verdict; takes --no-progress, --quiet,
                    --report, --junit, --markdown, --csv and --json like loadtest wait
${CLUSTER_OPTIONS}

Exit code: 0 requested; with --wait that of loadtest wait; 64 no such ScheduledLoadTest, or it creates no run.
`;

export const TREND = `Usage: loadtest trend NAME [--report FILE] [--json FILE]

Shows how the figures of the ScheduledLoadTest NAME have developed over its last 200 runs: capacity, p99 and rate as
sparklines from 0, and the newest 20 runs as a table, with releases, verdicts and comparisons. The runs remain when
their LoadTests are deleted.

  --report FILE     one self-contained HTML page without a script: a chart of each figure with its range and with the
                    regressions, and all runs
  --json FILE       all runs, oldest first, with figures as numbers whose names end with their units
                    "-" as FILE is standard output, which then has nothing else.
${CLUSTER_OPTIONS}

Exit code: 0 shown or written, 64 no such ScheduledLoadTest.
`;
