/**
 * The types of a script of a LoadTest (spec.script). Copy this file next to your script, and an editor completes and checks it:
 *
 *     /** @import { Context, Outgoing, TargetResponse } from './loadtest-script.d.ts' *\/
 *
 * A script is an ES module with any of these exports:
 *
 *     export async function setup(context) {}       // runs once per test; the other functions read its result as context.data
 *     export function request(context) {}           // builds the request of an arrival
 *     export function check(response, context) {}   // decides whether a response is as expected
 *     export async function teardown(data, context) {}
 */

/** Any value that survives JSON. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** `export function setup(context: TestContext)`: returns JSON of at most 64 KiB, or a promise of it. */
export type Setup = (context: TestContext) => unknown;

/** `export function request(context: Context)`: returns the request to send; undefined sends the request of the spec. Must not be async. */
export type MakeRequest = (context: Context) => Outgoing | undefined;

/** `export function check(response: TargetResponse, context: Context)`: returns true, false, or the reason why the response is unexpected. Must not be async. */
export type Check = (response: TargetResponse, context: Context) => boolean | string;

/** `export function teardown(data: Json, context: TestContext)`: may be async; its return value is ignored. */
export type Teardown = (data: Json, context: TestContext) => unknown;

/** The context of setup and teardown. Both may use `fetch`, which connects to the target as the load does, and never to denied addresses. */
export type TestContext = {
  /** The LoadTest's name. */
  readonly run: string;
  /** spec.target.url. */
  readonly target: string;
  /** The values of spec.script.env by name. */
  readonly env: Readonly<Record<string, string>>;
};

/** The context of request and check: one arrival, or one request of an iteration when requestOrder is Sequential. */
export type Context = TestContext & {
  /** The arrival's number, unique over the whole test. */
  readonly index: number;
  /** The number of the runner, and of the worker thread in it. */
  readonly runner: number;
  readonly worker: number;
  /** The return value of setup; null without a setup. Each thread has its own copy. */
  readonly data: Json;
  /** The arrival's row of spec.data, by column; empty without data. */
  readonly row: Readonly<Record<string, string>>;
  /** The values that the iteration has extracted so far, by name; empty when requestOrder is Weighted. */
  readonly session: Readonly<Record<string, string>>;
  /** A number from 0 (inclusive) to 1 (exclusive), derived from spec.seed: the same arrival draws the same numbers. */
  random(): number;
  /** The request of the spec that this arrival would send, with its variables filled in. */
  readonly request: Prepared;
};

/** A request of the spec. `path` is appended to the path of spec.target.url. */
export type Prepared = {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/** Any method in upper case except CONNECT and TRACE. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | (string & {});

/** The request to send; an absent field keeps the value of the spec. */
export type Outgoing = {
  /** The request of spec.requests that supplies absent fields and that the arrival counts as. Default: the weighted choice. */
  name?: string;
  method?: Method;
  /** Begins with "/" or "?", or is empty for the target's URL unchanged. */
  path?: string;
  /** Replaces headers of the same name; null removes one. */
  headers?: Record<string, string | null>;
  /** Text, bytes, or any other value, which is sent as JSON; null: no body. */
  body?: unknown;
};

/** A response of the target. */
export type TargetResponse = {
  readonly status: number;
  /** Names in lower case; repeated headers are joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** As text, decoded. */
  readonly body: string;
  /** Parses the body as JSON; throws on invalid JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: as of a Response of fetch
  json(): any;
};
