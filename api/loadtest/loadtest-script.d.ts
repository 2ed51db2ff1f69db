/**
 * The types of a script of a LoadTest (spec.script). Copy this file beside your script; an editor then completes and checks it:
 *
 *     /** @import { Context, Outgoing, TargetResponse } from './loadtest-script.d.ts' *\/
 *
 * A script is an ES module with any of these exports:
 *
 *     export async function setup(context) {}       // once for the whole test: its answer is `data` everywhere else
 *     export function request(context) {}           // what an arrival sends
 *     export function check(response, context) {}   // whether an answer is as expected
 *     export async function teardown(data, context) {}
 */

/** Any value that survives JSON. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** `export function setup(context: TestContext)`: answers with JSON of at most 64 KiB, or a promise of it. */
export type Setup = (context: TestContext) => unknown;

/** `export function request(context: Context)`: what is sent; nothing: the request of the spec. Must not be async. */
export type MakeRequest = (context: Context) => Outgoing | undefined;

/** `export function check(response: TargetResponse, context: Context)`: true, false, or why the answer is unexpected. Must not be async. */
export type Check = (response: TargetResponse, context: Context) => boolean | string;

/** `export function teardown(data: Json, context: TestContext)`: may be async; what it answers with is not looked at. */
export type Teardown = (data: Json, context: TestContext) => unknown;

/** What setup and teardown are told. They may use `fetch`, which reaches the target as the load does, and no denied addresses. */
export type TestContext = {
  /** The LoadTest's name. */
  readonly run: string;
  /** spec.target.url. */
  readonly target: string;
  /** The values of spec.script.env by name. */
  readonly env: Readonly<Record<string, string>>;
};

/** What request and check are told of an arrival (in a journey: of one of its steps). */
export type Context = TestContext & {
  /** The arrival's number over the whole test: no two have the same. */
  readonly index: number;
  /** The runner's number, and the worker thread's in it. */
  readonly runner: number;
  readonly worker: number;
  /** What setup answered with; null without one. Each thread has a copy of its own. */
  readonly data: Json;
  /** The arrival's row of spec.data, by column; empty without data. */
  readonly row: Readonly<Record<string, string>>;
  /** What the journey has extracted so far, by name; empty outside of one. */
  readonly session: Readonly<Record<string, string>>;
  /** A number from 0 (inclusive) to 1 (exclusive), drawn from spec.seed: the same arrival draws the same numbers. */
  random(): number;
  /** The request of the spec that this arrival would make, with its variables filled in. */
  readonly request: Prepared;
};

/** A request of the spec. `path` stands behind the path of spec.target.url. */
export type Prepared = {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/** Any method in upper case but CONNECT and TRACE. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | (string & {});

/** What is to be sent; what is left out is as in the spec. */
export type Outgoing = {
  /** One of spec.requests, which it is counted as and which the rest is taken from. Default: the arrival's own, by weight. */
  name?: string;
  method?: Method;
  /** Begins with "/" or "?"; or is empty, which is the target's URL as it stands. */
  path?: string;
  /** Put in the place of those of the same name; null leaves one out. */
  headers?: Record<string, string | null>;
  /** Text, bytes, or any other value, which is sent as JSON; null: none. */
  body?: unknown;
};

/** An answer. */
export type TargetResponse = {
  readonly status: number;
  /** Names in lower case; of a header that came several times the values, joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** As text, decoded. */
  readonly body: string;
  /** The body as JSON; throws when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: as of a Response of fetch
  json(): any;
};
