import type { Shell } from './command.ts';
import { OPTIONS, OUTPUTS, SHELLS, TOPICS, type Topic } from './options.ts';

/** The commands that take the name of a LoadTest in the cluster, those of a ScheduledLoadTest, and those that take a file. */
const NAMES: readonly Topic[] = ['wait', 'stop', 'rerun', 'logs', 'report', 'compare'];
const SCHEDULES: readonly Topic[] = ['trigger', 'trend'];
const FILES: readonly Topic[] = ['run', 'validate', 'report', 'compare'];

/** A script for a shell that completes the commands, their options, files, and the names of objects in the cluster. */
export function completionScript(shell: Shell): string {
  if (shell === 'fish') return fish();
  // bashcompinit makes zsh read completions of bash.
  return shell === 'bash' ? bash() : `#compdef loadtest\nautoload -U +X bashcompinit && bashcompinit\n${bash()}`;
}

/** The values of a command's --output, separated by spaces; undefined when it has no such option. */
function outputsOf(topic: Topic): string | undefined {
  const outputs: Partial<Record<Topic, readonly string[]>> = OUTPUTS;
  return outputs[topic]?.join(' ');
}

/** The options of a command with their dashes. */
function flags(topic: Topic): string[] {
  return Object.entries(OPTIONS[topic]).flatMap(([name, { short }]) => [`--${name}`, ...(short ? [`-${short}`] : [])]);
}

function bash(): string {
  const cases = TOPICS.map((topic) => {
    const words = outputsOf(topic);
    const argument = [
      ...(NAMES.includes(topic) ? ['$(_loadtest_names loadtests)'] : []),
      ...(SCHEDULES.includes(topic) ? ['$(_loadtest_names scheduledloadtests)'] : []),
      ...(topic === 'completion' ? [SHELLS.join(' ')] : []),
    ].join(' ');
    return `    ${topic})
      ${words === undefined ? '' : `[[ $previous == -o || $previous == --output ]] && words='${words}' && files=`}
      [[ -z $words ]] && { [[ $current == -* ]] && words='${flags(topic).join(' ')}' || { words="${argument}"; files=${FILES.includes(topic) ? 'yes' : ''}; }; } ;;`;
  });
  return `_loadtest_names() { kubectl get $1.loadtest.dev -o name --request-timeout=2s 2>/dev/null | sed 's|.*/||'; }
_loadtest() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words= files=
  case $previous in
    --report|--junit|--json|--markdown|--csv|--baseline|--kubeconfig) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if (( COMP_CWORD == 1 )); then words='${[...TOPICS, 'help'].join(' ')}'
  else case \${COMP_WORDS[1]} in
    help) words='${TOPICS.join(' ')}' ;;
${cases.join('\n')}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ -n $files ]] && COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _loadtest loadtest
`;
}

function fish(): string {
  const lines = TOPICS.flatMap((topic) => [
    `complete -c loadtest -n '__fish_use_subcommand' -a ${topic}`,
    ...Object.entries(OPTIONS[topic]).map(([name, { type, short }]) => {
      const words = name === 'output' ? ` -x -a '${outputsOf(topic)}'` : type === 'string' ? ' -r' : '';
      return `complete -c loadtest -n '__fish_seen_subcommand_from ${topic}' -l ${name}${short ? ` -s ${short}` : ''}${words}`;
    }),
    ...(NAMES.includes(topic)
      ? [`complete -c loadtest -n '__fish_seen_subcommand_from ${topic}' -a '(__loadtest_names loadtests)'`]
      : []),
    ...(SCHEDULES.includes(topic)
      ? [`complete -c loadtest -n '__fish_seen_subcommand_from ${topic}' -a '(__loadtest_names scheduledloadtests)'`]
      : []),
    ...(FILES.includes(topic) ? [`complete -c loadtest -n '__fish_seen_subcommand_from ${topic}' -F`] : []),
  ]);
  return `function __loadtest_names
  kubectl get $argv[1].loadtest.dev -o name --request-timeout=2s 2>/dev/null | string replace -r '.*/' ''
end
complete -c loadtest -f
complete -c loadtest -n '__fish_seen_subcommand_from completion' -a '${SHELLS.join(' ')}'
${lines.join('\n')}
`;
}
