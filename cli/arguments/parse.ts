import { parseArgs } from 'node:util';
import { didYouMean } from '../../api/common/misspelt/closest.ts';
import { COMMAND_PARSERS, conflictIn, type Parsed, type Values } from './command-parsers.ts';
import { OPTIONS, TOPICS, type Topic } from './options.ts';

/** Parses the words after `loadtest`. */
export function parseCommand(words: readonly string[]): Parsed {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h') return { command: { name: 'help' } };
  if (first === '--version') return { command: { name: 'version', output: 'text' } };
  if (first === 'help') return { command: { name: 'help', ...topicOf(rest) } };
  const { topic } = topicOf([first]);
  if (topic === undefined) {
    const all = [...TOPICS, 'help'];
    return { problem: `COMMAND must be one of ${all.join(', ')}, not ${first}${didYouMean(first, all)}` };
  }
  try {
    return parseRest(topic, rest);
  } catch (error) {
    // parseArgs throws a TypeError that names the option; any other error is a bug.
    if (!(error instanceof TypeError)) throw error;
    return { problem: optionProblem(error.message, topic) };
  }
}

/** The message of parseArgs, without its advice about words with a dash; for an unknown option, with the one that may be meant. */
function optionProblem(message: string, topic: Topic): string {
  const [, option] = /^Unknown option '(--?[^']+)'/.exec(message) ?? [];
  if (option === undefined) return message;
  const options = Object.keys(OPTIONS[topic]).map((name) => `--${name}`);
  return `${topic} has no option ${option}${option.startsWith('--') ? didYouMean(option, options) : ''}`;
}

function parseRest(topic: Topic, args: string[]): Parsed {
  const parsed = parseArgs({ args, options: OPTIONS[topic], allowPositionals: topic !== 'version' });
  const values = parsed.values as Values;
  if (values.help === true) return { command: { name: 'help', topic } };
  const problem = conflictIn(values);
  return problem === undefined ? COMMAND_PARSERS[topic](parsed.positionals, values) : { problem };
}

function topicOf([word]: string[]): { topic?: Topic } {
  const topic = TOPICS.find((t) => t === word);
  return topic === undefined ? {} : { topic };
}
