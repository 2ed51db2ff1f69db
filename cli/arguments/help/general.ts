export const GENERAL = `Load tests as a Kubernetes resource: on this machine, and in a cluster through kubectl.

Usage: loadtest COMMAND

On this machine:
  run URL           runs a load on a URL: run http://localhost:8080/ -q 100 -z 30s
  run FILE...       runs the LoadTests in each FILE here, without a cluster
  validate FILE...  checks whether a cluster would accept the LoadTests in each FILE

In a cluster:
  list              lists LoadTests with their verdicts
  wait NAME         follows a LoadTest to its end and exits with its verdict
  stop NAME...      ends LoadTests and keeps their results so far
  rerun NAME        runs a LoadTest again, as a new one
  logs NAME         prints the logs of all its runners
  trigger NAME      creates a run of a ScheduledLoadTest now
  trend NAME        shows how the figures of a ScheduledLoadTest develop over its runs

Both:
  report NAME|FILE  writes the report of a finished LoadTest as HTML, JUnit XML, Markdown or JSON
  compare A B       checks whether result B is worse than result A by more than noise
  completion SHELL  prints a completion script for bash, zsh or fish
  version           prints the version

loadtest COMMAND --help describes a command. As a kubectl plugin, it is kubectl loadtest COMMAND.

Exit code: 0 passed or done, 1 failed, 2 inconclusive, 64 bad input or no object of that name, 70 a bug,
130 interrupted (Ctrl-C), 129, 143 the same on SIGHUP and SIGTERM.
`;
