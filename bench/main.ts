/** `npm run bench [-- BENCH] [--rounds N] [--seconds S] [--minutes M] [--only TOOL,…] [--scenarios NAME,…] [--targets NAME,…] [--out DIR]`; see README.md. */
import { benchCapacity } from './capacity/capacity.ts';
import { benchDifferential } from './differential.ts';
import { benchMemory } from './memory.ts';
import { type Options, parseOptions } from './options.ts';
import { benchProfile } from './profile.ts';
import { benchRequests } from './requests.ts';
import { benchScale } from './scale/scale.ts';
import { benchStart } from './start.ts';
import { benchTimeouts } from './timeouts.ts';
import { installTools } from './tools/ready.ts';
import { benchTruth } from './truth.ts';
import { benchVerdicts } from './verdicts/verdicts.ts';
import { benchWorkers } from './workers.ts';

const log = (line: string) => console.error(`[${new Date().toISOString().slice(11, 19)}] ${line}`);

const RUN: Record<Options['bench'], (options: Options) => Promise<unknown>> = {
  requests: (options) => benchRequests(options, log),
  truth: (options) => benchTruth(options, log),
  verdicts: (options) => benchVerdicts(options, log),
  capacity: (options) => benchCapacity(options, log),
  timeouts: (options) => benchTimeouts(options, log),
  workers: (options) => benchWorkers(options, log),
  memory: (options) => benchMemory(options, log),
  start: (options) => benchStart(options, log),
  scale: (options) => benchScale(options, log),
  differential: (options) => benchDifferential(options, log),
  profile: (options) => benchProfile(options, log),
  install: (options) => installTools(options.only, log),
};

const options = parseOptions(process.argv.slice(2));
if ('problem' in options) {
  console.error(options.problem);
  process.exitCode = 64;
} else await RUN[options.bench](options);
