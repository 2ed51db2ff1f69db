import { CLUSTER_OPTIONS, REPORT_FILES } from './shared.ts';

export const REPORT = `Usage: loadtest report NAME|FILE [--report FILE] [--junit FILE] [--markdown FILE]
                       [--csv FILE] [--json FILE]

Writes the report of a finished LoadTest: of the one called NAME in kubectl's current cluster, or from FILE, which is
the output of --json or of loadtest run -o json, or a report's ConfigMap ("-" is standard input). A word with a slash or
the end .json or .yaml is a FILE, and so is the name of an existing file. Without an option, the command prints the
report as text.

${REPORT_FILES}
${CLUSTER_OPTIONS}

Exit code: 0 written, 64 no such report.
`;

export const COMPARE = `Usage: loadtest compare A B [--max-regression PERCENT] [-o text|json|markdown]

Checks whether the result B is worse than the result A. Each is the name of a LoadTest in kubectl's current cluster or a
file, distinguished as in loadtest report: the output of loadtest run -o json or --json, or a report's ConfigMap ("-" is
standard input). Both results must have the same load. A metric has regressed when it is worse by more than the limit,
and by more than the noise within the two runs. It is too noisy when that noise hides a change of the limit. The metrics
are those of spec.compareWith.metrics of B.

  --max-regression  how much worse B may be, in proportion to A (default 10%)
  -o, --output      text (default), json, or markdown for a pull request
${CLUSTER_OPTIONS}

Exit code: 0 not worse, 1 regressed, 2 too noisy to tell or not comparable, 64 no such result.
`;
