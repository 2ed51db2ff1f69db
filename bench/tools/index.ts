import { ab } from './ab.ts';
import { autocannon } from './autocannon.ts';
import { bombardier } from './bombardier.ts';
import { bare, paced } from './floors.ts';
import { fortio } from './fortio.ts';
import { ghz } from './ghz.ts';
import { h2load } from './h2load.ts';
import { hey } from './hey.ts';
import { k6 } from './k6.ts';
import { locust } from './locust.ts';
import { oha } from './oha.ts';
import { baseline, engine, loadtest } from './ours.ts';
import type { Tool } from './tool.ts';
import { treq } from './treq.ts';
import { vegeta } from './vegeta.ts';
import { wrk } from './wrk.ts';

/** In the order of their turns: the yardstick, loadtest and the floors first. */
export const TOOLS: readonly Tool[] = [
  wrk,
  engine,
  baseline,
  loadtest,
  bare,
  paced,
  ab,
  h2load,
  bombardier,
  oha,
  autocannon,
  hey,
  vegeta,
  k6,
  ghz,
  fortio,
  locust,
  treq,
];

/** The yardstick, by which the others are divided. */
export const YARDSTICK = wrk.name;
