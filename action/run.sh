#!/usr/bin/env bash
# The step of action.yaml that runs or follows a load test: writes the reports, the job's summary and the outputs. Succeeds with any verdict, so
# that the comment comes before verdict.sh ends the job.
set -uo pipefail
directory=$RUNNER_TEMP/loadtest
mkdir -p "$directory"

if [ -n "$INPUT_FILE" ]; then command=(run "$INPUT_FILE"); else command=(wait "$INPUT_NAME"); fi
# Splits words and removes quotes as a shell does, and evaluates nothing.
arguments=()
while IFS= read -r -d '' word; do arguments+=("$word"); done < <(xargs -r printf '%s\0' <<<"$INPUT_ARGUMENTS")

"$GITHUB_ACTION_PATH/bin/loadtest.cjs" "${command[@]}" "${arguments[@]+"${arguments[@]}"}" \
  --report "$directory/report.html" --junit "$directory/junit.xml" --json "$directory/report.json" --markdown "$directory/summary.md"
case $? in
  0) verdict=passed ;;
  1) verdict=failed ;;
  2) verdict=inconclusive ;;
  *) verdict=error ;;
esac

[ ! -e "$directory/summary.md" ] || cat "$directory/summary.md" >>"$GITHUB_STEP_SUMMARY"
printf 'verdict=%s\ndirectory=%s\n' "$verdict" "$directory" >>"$GITHUB_OUTPUT"
