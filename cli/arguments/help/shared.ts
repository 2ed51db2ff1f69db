/** The options of kubectl that every command about a cluster takes. */
export const WHERE = `  -n, --namespace, --context, --kubeconfig
                    as kubectl has them`;

/** The options that say where each form of a report goes. */
export const REPORT_FILES = `  --report FILE     one HTML page that needs nothing else: charts, tables, the spec
  --junit FILE      the verdict and the thresholds as JUnit XML, for a CI server
  --markdown FILE   the verdict and the main figures as Markdown, for a pull request
  --json FILE       the full result: spec, status, timeline, histograms; loadtest report and compare read it
                    "-" as FILE is standard output.`;
