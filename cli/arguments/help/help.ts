import type { Topic } from '../options.ts';
import { GENERAL } from './general.ts';
import { LIST, LOGS, RERUN, STOP, WAIT } from './in-cluster.ts';
import { COMPLETION, VERSION } from './installation.ts';
import { RUN, VALIDATE } from './on-this-machine.ts';
import { COMPARE, REPORT } from './results.ts';
import { TREND, TRIGGER } from './schedules.ts';

const TEXTS: Record<Topic, string> = {
  run: RUN,
  wait: WAIT,
  list: LIST,
  stop: STOP,
  rerun: RERUN,
  logs: LOGS,
  trigger: TRIGGER,
  trend: TREND,
  report: REPORT,
  compare: COMPARE,
  validate: VALIDATE,
  completion: COMPLETION,
  version: VERSION,
};

/** The help text of a command, or of all commands. */
export function helpText(topic?: Topic): string {
  return topic === undefined ? GENERAL : TEXTS[topic];
}
