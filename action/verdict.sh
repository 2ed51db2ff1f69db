#!/usr/bin/env bash
# The last step of action.yaml: ends the job with the verdict of the load test, by the exit codes of `loadtest`.
case $VERDICT:$INPUT_INCONCLUSIVE in
  passed:*) exit 0 ;;
  failed:*) echo '::error title=Load test::failed' && exit 1 ;;
  inconclusive:pass) echo '::warning title=Load test::inconclusive' ;;
  inconclusive:*) echo '::error title=Load test::inconclusive' && exit 2 ;;
  *) echo '::error title=Load test::no test was judged; the log of this step has the reason' && exit 64 ;;
esac
