/** The options of kubectl that every command about a cluster takes. */
export const CLUSTER_OPTIONS = `  -n, --namespace, --context, --kubeconfig
                    as in kubectl`;

/** The options for the files of a report. */
export const REPORT_FILES = `  --report FILE     one self-contained HTML page: charts, tables, the spec
  --junit FILE      the verdict and the thresholds as JUnit XML, for a CI server
  --markdown FILE   the verdict and the main figures as Markdown, for a pull request
  --csv FILE        the timeline as CSV: a row for each second
  --json FILE       the full result: spec, status, timeline, histograms, and all figures as numbers whose names end with
                    their units (docs/report.schema.json); loadtest report and compare read it
                    "-" as FILE is standard output, which then has nothing else.`;
