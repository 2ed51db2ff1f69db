import { REPORT_FILES, WHERE } from './shared.ts';

export const REPORT = `Usage: loadtest report NAME|FILE [--report FILE] [--junit FILE] [--markdown FILE] [--json FILE]

Writes the report of a finished LoadTest: of the one called NAME in the cluster that kubectl speaks to, or from FILE,
which is what --json wrote or a report's ConfigMap ("-" is standard input). A word with a slash in it is a FILE, and so
is the name of a file that is there. Without an option, the report is printed as text.

${REPORT_FILES}
${WHERE}

Exit code: 0 written, 64 there is no such report.
`;

export const COMPARE = `Usage: loadtest compare A B [--max-regression PERCENT] [-o text|json|markdown]

Says whether the result B is worse than the result A. Each is the name of a LoadTest in the cluster that kubectl speaks
to, or a file, told apart as loadtest report does: what loadtest run -o json or --json wrote, or a report's ConfigMap
("-" is standard input). Both must have been made with the same load. A metric has regressed when it is worse by more
than the limit, and by more than the windows of the two runs differ by themselves.

  --max-regression  how much worse B may be, in proportion to A (default 10%)
  -o, --output      text (default), json, or markdown for a pull request
${WHERE}

Exit code: 0 not worse, 1 regressed, 2 not comparable, 64 there is no such result.
`;
