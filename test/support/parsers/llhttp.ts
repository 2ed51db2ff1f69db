import { createRequire } from 'node:module';
import { type Exchange, nothingYet } from './exchange.ts';

/** undici's copy of llhttp in WebAssembly, which TypeScript declares for browsers only. */
type Exports = {
  memory: { buffer: ArrayBuffer };
  malloc(size: number): number;
  llhttp_alloc(type: number): number;
  llhttp_reset(parser: number): void;
  llhttp_execute(parser: number, at: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_get_error_pos(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
};
type Callback = (parser: number, ...args: number[]) => number;
type Compiler = {
  Module: new (code: Buffer) => object;
  Instance: new (module: object, imports: { env: Record<string, Callback> }) => { exports: Exports };
};
const { WebAssembly } = globalThis as unknown as { WebAssembly: Compiler };
const CODE: Buffer = createRequire(import.meta.url)('undici/lib/llhttp/llhttp_simd-wasm.js');

const RESPONSE = 2;
const LONGEST = 4096;
/** Return values of the callbacks. */
const OK = 0;
const WITHOUT_BODY = 1;
const PAUSE = 21;
const REFUSE = -1;

let outcome = nothingYet();
let exchange: Exchange;
let keepAlive = false;
let names: string[] = [];
let values: string[] = [];

/** The callbacks of undici's client, and of its checks only that of upgrades. */
const callbacks: Record<string, Callback> = {
  wasm_on_url: () => OK,
  wasm_on_status: () => OK,
  wasm_on_message_begin: () => {
    names = [];
    values = [];
    return OK;
  },
  wasm_on_header_field: (_, at, length) => {
    if (exchange.gathers) names.push(text(at!, length!).toLowerCase());
    return OK;
  },
  wasm_on_header_value: (_, at, length) => {
    if (exchange.gathers) values.push(text(at!, length!).replace(/[\t ]+$/, ''));
    return OK;
  },
  wasm_on_headers_complete: (_, status, upgrade, keptAlive) => {
    if (upgrade === 1) return REFUSE;
    if (status! < 200) return WITHOUT_BODY;
    outcome.status = status!;
    keepAlive = keptAlive === 1;
    if (exchange.gathers) outcome.headers = JSON.stringify(gathered());
    return exchange.method === 'HEAD' ? WITHOUT_BODY : OK;
  },
  wasm_on_body: (_, at, length) => {
    outcome.body += text(at!, length!);
    return OK;
  },
  wasm_on_message_complete: () => (outcome.status === 0 ? OK : PAUSE),
};

const llhttp = new WebAssembly.Instance(new WebAssembly.Module(CODE), { env: callbacks }).exports;
const parser = llhttp.llhttp_alloc(RESPONSE);
const start = llhttp.malloc(LONGEST);
const memory = Buffer.from(llhttp.memory.buffer);

/** Parses the response with llhttp, which stops at the end of the response. */
export function readByLlhttp(read: Exchange): typeof outcome {
  exchange = read;
  outcome = nothingYet();
  llhttp.llhttp_reset(parser);
  read.bytes.copy(memory, start, 0, read.length);
  const code = llhttp.llhttp_execute(parser, start, read.length);
  if (code === PAUSE) complete(llhttp.llhttp_get_error_pos(parser) - start);
  else if (code !== OK) refuse(llhttp.llhttp_get_error_reason(parser));
  else if (read.closes && llhttp.llhttp_finish(parser) === PAUSE) complete(read.length);
  return outcome;
}

function complete(at: number): void {
  Object.assign(outcome, { end: 'complete', at, reusable: keepAlive });
}

function refuse(reason: number): void {
  Object.assign(outcome, { end: 'refused', reason: text(reason, memory.indexOf(0, reason) - reason) });
}

function text(at: number, length: number): string {
  return memory.toString('latin1', at, at + length);
}

function gathered(): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null);
  for (const [i, name] of names.entries()) {
    headers[name] ??= [];
    headers[name].push(values[i]!);
  }
  return headers;
}
