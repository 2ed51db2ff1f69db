/**
 * `node bench/fuzz.ts [CASES [SEED]]`: mutated answers, cut at random, for the parser of the lean transport, and the same bytes for
 * llhttp (Node's build of it, undici's parser). Ten million cases by default, which take some minutes. Ends with 1 when the parser
 * throws, ends twice, depends on the cut or on what it parsed before, or takes what llhttp refuses for a reason that is not explained here.
 */
import { createRequire } from 'node:module';
import { seededRandom } from '../model/random.ts';
import { ResponseParser } from '../runner/http1/response-parser.ts';

const cases = Number(process.argv[2] ?? 10_000_000);
const seed = Number(process.argv[3] ?? 1);

/** llhttp's reasons to refuse what we take. */
const EXPLAINED: Record<string, string> = {
  HPE_STRICT: 'the quotes of a chunk extension, which we skip unread',
  HPE_CLOSED_CONNECTION: 'an informational answer that announces the close: the answer itself follows nevertheless',
  HPE_INVALID_CONTENT_LENGTH: 'a length among the trailers, where it means nothing (RFC 9110, 6.5.1)',
};

/** The same for an answer that is not complete: we judge a field when its line is, and refuse it then. */
const NOT_YET = ['HPE_INVALID_TRANSFER_ENCODING', 'HPE_INVALID_CONTENT_LENGTH', 'HPE_UNEXPECTED_CONTENT_LENGTH'];

type LlhttpParser = {
  initialize(type: number, resource: object, maxHeaderSize: number, lenient: number): void;
  execute(bytes: Buffer): number | (Error & { code: string });
  [event: number]: (...args: unknown[]) => unknown;
};
const { HTTPParser } = createRequire(import.meta.url)('_http_common') as {
  HTTPParser: { new (): LlhttpParser; RESPONSE: number; kOnHeadersComplete: number; kOnMessageComplete: number };
};

const SEEDS = [
  'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nserver: x\r\nconnection: keep-alive, x\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\na;x=y\r\n0123456789\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\ntrailer: x\r\n\r\n1\r\na\r\n0\r\nx: y\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
  'HTTP/1.1 204 No Content\r\ndate: now\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\netag: "x"\r\n\r\n',
  'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok',
  'HTTP/1.1 404 \r\nconnection: close\r\ncontent-length: 2\r\n\r\nno',
].map((text) => Buffer.from(text, 'latin1'));

const PIECES = [
  ...['\r', '\n', '\r\n', ' ', '\t', ':', ';', ',', '0', '5', 'f', 'x', '\0', '\x7f', '\xff', '"', '-', '+'],
  ...[
    'HTTP/1.1 ',
    'HTTP/1.1 200 OK\r\n',
    'content-length: 3\r\n',
    'transfer-encoding: chunked\r\n',
    '0\r\n\r\n',
    'connection: close\r\n',
  ],
].map((text) => Buffer.from(text, 'latin1'));

const random = seededRandom(seed);
const below = (n: number) => Math.floor(random() * n);
const scratch = Buffer.alloc(4096);

/** A seed with up to three pieces put in, taken out or changed, in the scratch buffer; answers with its length. */
function mutate(): number {
  let length = SEEDS[below(SEEDS.length)]!.copy(scratch);
  for (let n = below(4); n > 0; n--) {
    const at = below(length + 1);
    const piece = random() < 0.6 ? PIECES[below(PIECES.length)]! : PIECES[0]!.subarray(0, 0);
    const removed = Math.min(below(3), length - at);
    scratch.copyWithin(at + piece.length, at + removed, length);
    piece.copy(scratch, at);
    length += piece.length - removed;
    if (piece.length === 0 && at < length && random() < 0.3) scratch[at] = below(256);
  }
  return length;
}

let ends = 0;
let reason = '';
let status = 0;
const newParser = () =>
  new ResponseParser({
    head: (code) => {
      status = code;
    },
    data: () => {},
    end: () => void ends++,
    malformed: (why) => {
      ends++;
      reason = why;
    },
  });
/** One that has seen all that came before, and maybe knows this head by its bytes. */
const ours = newParser();

/** What a parser says of the bytes, in one read or in two: 'complete', 'incomplete', or why they are malformed. */
function judge(parser: ResponseParser, length: number, cut: number): string {
  ends = 0;
  reason = '';
  status = 0;
  parser.begin('GET');
  parser.execute(scratch, cut);
  if (ends === 0 && cut < length) parser.execute(scratch.subarray(cut, length), length - cut);
  if (ends > 1) throw new Error('the parser ended twice');
  return reason !== '' ? reason : ends === 1 ? `complete ${status}` : 'incomplete';
}

const llhttp = new HTTPParser();
let theirStatus = 0;
let completed = 0;
/** The last head's answer; informational ones are answers of their own to llhttp. */
function theirs(length: number): string {
  llhttp.initialize(HTTPParser.RESPONSE, {}, 65536, 0);
  llhttp[HTTPParser.kOnHeadersComplete] = (...args) => {
    theirStatus = args[5] as number;
    return 0;
  };
  llhttp[HTTPParser.kOnMessageComplete] = () => {
    if (theirStatus >= 200) completed++;
  };
  completed = 0;
  theirStatus = 0;
  const result = llhttp.execute(scratch.subarray(0, length));
  if (typeof result !== 'number') return result.code;
  if (completed > 1) return 'two answers';
  return completed === 1 ? `complete ${theirStatus}` : 'incomplete';
}

const verdict = (said: string) => (said.startsWith('complete') || said === 'incomplete' ? 'takes' : 'refuses');
const table = new Map<string, { count: number; example: string }>();
const began = performance.now();
for (let n = 0; n < cases; n++) {
  const length = mutate();
  const whole = judge(newParser(), length, length);
  const split = judge(ours, length, below(length + 1));
  const known = judge(ours, length, length);
  if (known !== whole)
    throw new Error(
      `what came before matters: ${whole}, ${known}: ${JSON.stringify(scratch.toString('latin1', 0, length))}`,
    );
  // A byte behind a whole answer only shows in the same read: in a later one no request is there to ask for it.
  if (split !== whole && whole !== 'bytes behind the end of the response')
    throw new Error(`the cut matters: ${whole}, ${split}: ${JSON.stringify(scratch.toString('latin1', 0, length))}`);
  const other = theirs(length);
  const row =
    verdict(whole) === verdict(other) && (verdict(whole) === 'refuses' || whole === other)
      ? `both ${verdict(whole).replace('takes', 'take').replace('refuses', 'refuse')}`
      : `Lean: ${whole} | llhttp: ${other}`;
  const counted = table.get(row);
  if (counted !== undefined) counted.count++;
  else table.set(row, { count: 1, example: JSON.stringify(scratch.toString('latin1', 0, length)) });
}

const seconds = ((performance.now() - began) / 1e3).toFixed(0);
console.log(
  `${cases.toLocaleString('en')} cases, seed ${seed}, ${seconds} s; no crash, no second end, no cut and no past that matters\n`,
);
for (const [row, { count, example }] of [...table].sort((a, b) => b[1].count - a[1].count))
  console.log(`${String(count).padStart(10)}  ${row}${row.startsWith('both') ? '' : `\n            ${example}`}`);
const unexplained = [...table.keys()].filter((row) => {
  const [, said = '', code = ''] = /^Lean: (.*) [|] llhttp: (.*)$/.exec(row) ?? [];
  if (row.startsWith('both') || verdict(said) === 'refuses' || verdict(code) === 'takes') return false;
  return EXPLAINED[code] === undefined && !(said === 'incomplete' && NOT_YET.includes(code));
});
if (unexplained.length > 0) {
  console.log(`\nnot explained: ${unexplained.join('; ')}`);
  process.exitCode = 1;
}
