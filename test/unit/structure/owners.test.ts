import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../../..');

/** A fact, the patterns of code that names it, and all files that may name it. */
type Fact = { fact: string; patterns: readonly RegExp[]; files: readonly string[] };

/**
 * Each row keeps a fact with its owners: the test fails when another file names the fact, and when a file of the list no longer does.
 *
 * To add a fact, add a row. A file names it when its code, without comments, matches all of `patterns`; so choose patterns that only code
 * about this fact matches, such as a quoted name, or several names that occur together only in a list. Start with the files that the test
 * reports, derive their code from the owner where possible, and shorten the list.
 */
const FACTS: readonly Fact[] = [
  {
    // A list of counters has these three; a file that needs single ones may name them. The termination message's dictionary never changes.
    fact: 'the counters',
    patterns: [/\bgenerated\b/, /\bdropped\b/, /\bfailed\b(?!\()/],
    files: [
      'api/status/counters.ts',
      'model/wire/termination-message.ts',
      'render/text/measurement.ts',
      'runner/engine/recorder.ts',
    ],
  },
  {
    fact: 'the threshold metrics by name',
    patterns: [
      /(?<![|<] ?|\w\[)['`](responseTime|serviceTime)['.]|\bMetricKind\b|\bmetric(\.name)? [!=]== '|\bmetric\.startsWith\(/,
    ],
    files: [
      'api/loadtest/metrics.ts',
      'api/status/comparison.ts',
      'model/compare/compared-metric.ts',
      'model/metrics/metrics.ts',
      'render/html/charts.ts',
    ],
  },
  {
    fact: 'the thresholds of a spec, which may be the default one',
    patterns: [/\b(spec|v)\.thresholds\b|\bDEFAULT_THRESHOLD = /],
    files: ['api/loadtest/loadtest.ts', 'api/loadtest/threshold.ts'],
  },
  {
    // A check names its own reason; one module builds the conditions and messages.
    fact: 'the conditions of a load that is ending early',
    patterns: [/'Aborting'/],
    files: ['api/status/reasons.ts', 'model/lifecycle/stop-cause.ts', 'operator/loadtest/decide/under-load/stop.ts'],
  },
  {
    fact: 'the messages of a test that made no load',
    patterns: [/`no load was made: /],
    files: ['model/lifecycle/stage.ts'],
  },
  { fact: 'the version of the programs', patterns: [/package\.json'/], files: ['api/common/version.ts'] },
  { fact: 'the forms of times', patterns: [/toISOString/], files: ['api/common/time.ts'] },
  { fact: 'the words of a verdict', patterns: [/'inconclusive'/], files: ['api/status/verdict.ts'] },
  { fact: 'the grammar of header names', patterns: [/!#\$%&'\*\+/], files: ['api/loadtest/http-names.ts'] },
  { fact: 'the host of a URL without brackets', patterns: [/hostname\.replace/], files: ['model/common/host.ts'] },
  { fact: 'the form of an owner reference', patterns: [/blockOwnerDeletion: true/], files: ['operator/kube/owner.ts'] },
  {
    fact: 'the order of requests',
    patterns: [/[oO]rder [!=]== '(Sequential|Weighted)'/],
    files: ['api/loadtest/loadtest.ts', 'model/request/request-order.ts'],
  },
  {
    fact: 'the types of bodies by name',
    patterns: [/\bmultipart\b/i],
    files: [
      'api/loadtest/body/body.ts',
      'api/loadtest/body/contents.ts',
      'api/loadtest/body/multipart.ts',
      'runner/request/body/body.ts',
      'runner/request/body/multipart.ts',
    ],
  },
  {
    // The status codes of gRPC differ. The files of the operator are about its own endpoints and the Kubernetes API.
    fact: 'the status codes and status classes of HTTP',
    patterns: [/\b[sS]tatus(\)|\b) ?(<|>|[=!]=)=* ?[1-5]\d\d\b|[1-5]?xx[`'"]|new Set\(\[[1-5]\d\d\b/],
    files: [
      'api/loadtest/http-names.ts',
      'api/loadtest/metrics.ts',
      'api/loadtest/response/expect.ts',
      'model/metrics/share-range.ts',
      'operator/kube/client.ts',
      'operator/notifications/retry.ts',
      'operator/runner-endpoint/refusal.ts',
      'runner/protocol/grpc/grpc-response.ts',
      'runner/request/redirect.ts',
      'runner/response/expectation.ts',
      'runner/transport/http1/response-parser.ts',
      'runner/transport/http2/stream.ts',
    ],
  },
  {
    // In the model the code of a response is text. The recorder counts by number, which is cheapest.
    fact: 'that the status of a response is a number',
    patterns: [/\bstatus: (number|z\.int\(\))|\bNumber\(code\)/],
    files: [
      'api/loadtest/loadtest-script.d.ts',
      'api/status/grpc-statuses.ts',
      'api/status/fields/responses.ts',
      'api/status/fields/unexpected.ts',
      'cli/terminal/live-view.ts',
      'model/result/result-status.ts',
      'model/wire/compact-update.ts',
      'operator/kube/client.ts',
      'operator/metrics/operator-metrics.ts',
      'operator/notifications/retry.ts',
      'operator/runner-endpoint/server.ts',
      'operator/runtime/http.ts',
      'runner/engine/recorder.ts',
      'runner/engine/recording/request-recorder.ts',
      'runner/engine/request-log.ts',
      'runner/engine/request-slot.ts',
      'runner/engine/tracing/request-trace.ts',
      'runner/protocol/grpc/call.ts',
      'runner/protocol/grpc/grpc-response.ts',
      'runner/protocol/grpc/message/failures.ts',
      'runner/protocol/protocol.ts',
      'runner/request/redirect.ts',
      'runner/response/expectation.ts',
      'runner/response/incoming-response.ts',
      'runner/response/inspection.ts',
      'runner/response/response-buffer.ts',
      'runner/response/unexpected-examples.ts',
      'runner/script/call-fields.ts',
      'runner/script/call-queue.ts',
      'runner/script/channel/to-script.ts',
      'runner/script/process/response.ts',
      'runner/transport/http1/connection.ts',
      'runner/transport/http1/response-parser.ts',
      'runner/transport/http2/response-head.ts',
      'runner/transport/transport.ts',
      'runner/transport/undici/undici-transport.ts',
    ],
  },
  {
    // Two files use a model as a tool: the warm-up is an open load, and a preflight request is a closed load of one user.
    // A third gives each model the options that users of other tools know.
    fact: 'the load models by name',
    patterns: [
      new RegExp(
        [
          /'(Open|Closed|Capacity)'/,
          /\b([Oo]pen|[Cc]losed|[Cc]apacity)-?([Ll]oad|[Pp]lan|[Mm]odel)/,
          // But not the examples in messages and help.
          /\bload\??\.(open|closed|capacity)\b(?!\.(stages\[0\]\.rate|thinkTime'))/,
          /\{[^{}]*\b(open|closed|capacity)\b[^{}]*\}(: Load\b| = [\w.]*load\b)/,
        ]
          .map((word) => word.source)
          .join('|'),
      ),
    ],
    files: [
      'api/loadtest/load/capacity-load.ts',
      'api/loadtest/load/closed-load.ts',
      'api/loadtest/load/load.ts',
      'api/loadtest/load/open-load.ts',
      'cli/given/url-load.ts',
      'cli/given/url-options.ts',
      'model/load/capacity-load.ts',
      'model/load/closed-load.ts',
      'model/load/load-models.ts',
      'model/load/load-plan.ts',
      'model/load/open-load.ts',
      'model/load/schedule.ts',
      'runner/engine/drivers/capacity-model.ts',
      'runner/engine/drivers/closed-model.ts',
      'runner/engine/drivers/load-drivers.ts',
      'runner/engine/drivers/open-model.ts',
      'runner/engine/warm-up/warm-up.ts',
    ],
  },
];

type Sources = ReadonlyMap<string, string>;

/** The files whose code matches all `patterns`, sorted. Comments do not count, because they may explain facts of other files. */
function filesThatName(patterns: readonly RegExp[], sources: Sources): string[] {
  return [...sources]
    .filter(([, source]) => patterns.every((pattern) => pattern.test(withoutComments(source))))
    .map(([path]) => path)
    .sort();
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/ .*/g, '$1');
}

const SOURCES: Sources = new Map(
  globSync('{api,model,runner,operator,render,cli,charts}/**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] }).map(
    (path) => [path, readFileSync(join(root, path), 'utf8')],
  ),
);

for (const { fact, patterns, files } of FACTS) {
  test(`only its owners name this fact: ${fact}`, () =>
    assert.deepEqual(filesThatName(patterns, SOURCES), [...files].sort()));
}

const cases: [name: string, source: string, patterns: RegExp[], isFound: boolean][] = [
  ['code with the word', "const a = 'word';", [/'word'/], true],
  ['code with one of two words', "const a = 'word';", [/'word'/, /'other'/], false],
  ['code with both words', "const a = ['word', 'other'];", [/'word'/, /'other'/], true],
  ['a word in a block comment', "/** As in 'word'. */", [/'word'/], false],
  ['a word in a line comment', "call(); // as 'word'", [/'word'/], false],
  ['a word after the // of a URL', "const a = 'http://word';", [/word/], true],
];

for (const [name, source, patterns, isFound] of cases) {
  test(`${name} ${isFound ? 'names' : 'does not name'} the fact`, () =>
    assert.deepEqual(filesThatName(patterns, new Map([['a.ts', source]])), isFound ? ['a.ts'] : []));
}
