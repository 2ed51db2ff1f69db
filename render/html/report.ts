import { msToSeconds } from '../../api/common/duration.ts';
import { formatCount } from '../../api/common/quantity.ts';
import type { LoadTestSpec } from '../../api/loadtest/loadtest.ts';
import type { ReportDocument } from '../../api/report/report-document.ts';
import type { LoadTestStatus } from '../../api/status/loadtest-status.ts';
import { loadModelOf } from '../../model/load/load-models.ts';
import { iterationsOf } from '../../model/measure/rate/iterations.ts';
import { isSequential } from '../../model/request/request-order.ts';
import { escapeText as e } from '../common/escape.ts';
import { verdictOf } from '../common/verdict.ts';
import { lengthText } from '../common/wording.ts';
import { yamlText } from '../yaml-text.ts';
import { capacity, capacityTiles } from './capacity.ts';
import { charts } from './charts.ts';
import { comparison } from './comparison.ts';
import { connections, events } from './connections.ts';
import { environment, generator } from './generator.ts';
import { page } from './page.ts';
import { addresses, counts, errors, requests, responses, thresholds, times, traces, unexpected } from './results.ts';
import { SCRIPT } from './script.ts';
import { tile } from './tile.ts';
import { timelineTable } from './timeline.ts';

/** Reports as one page without further files: a person can mail it, keep it as a build artifact and read it on a phone. */
export function htmlReport(reports: readonly ReportDocument[]): string {
  const title = `${reports.map((r) => r.metadata.name).join(', ')} – load test`;
  return page({ title, body: reports.map(article).join('\n'), script: SCRIPT });
}

function article(report: ReportDocument): string {
  const { spec, status, metadata } = report;
  const when =
    status.loadStartTime === undefined
      ? ''
      : `${status.loadStartTime} to ${status.loadEndTime ?? status.completionTime ?? 'now'}`;
  return [
    `<article><header><h1>${e(metadata.name)}${lengthOf(report)}</h1><p class="soft">${e(spec.target.url)}<br>${e(loadModelOf(spec.load).description())}<br>${e(when)}${dashboardLink(status)}</p></header>`,
    verdict(status),
    tiles(spec, status),
    capacity(report),
    thresholds(status),
    comparison(report),
    charts(report),
    timelineTable(report),
    `<div class="pair">${times(status)}${counts(status)}</div>`,
    requests(report),
    events(status),
    connections(status),
    responses(status),
    errors(status),
    unexpected(status),
    addresses(status),
    traces(status),
    generator(report),
    environment(report),
    `<details><summary>Specification</summary><pre tabindex="0" role="group" aria-label="Specification">${e(yamlText(shownSpec(spec)))}</pre></details></article>`,
  ].join('\n');
}

/** The spec without the method of HTTP in gRPC calls, which the default of the schema gives them. */
function shownSpec(spec: LoadTestSpec): object {
  const requests = spec.requests.map((request) => {
    const { method: _, ...call } = request;
    return request.grpc === undefined ? request : call;
  });
  return { ...spec, requests };
}

/** A link to the dashboard, whose address the schema of a status admits only as http or https. */
function dashboardLink({ dashboard }: LoadTestStatus): string {
  return dashboard === undefined ? '' : `<br><a href="${e(dashboard)}" rel="noreferrer">dashboard in Grafana</a>`;
}

/** The length of the load; empty where there was none. */
function lengthOf({ result, status }: ReportDocument): string {
  const ms = Date.parse(status.completionTime ?? '') - Date.parse(status.loadStartTime ?? '');
  const seconds = result.loadSeconds ?? msToSeconds(ms);
  return Number.isFinite(seconds) ? ` <small>${e(`load of ${lengthText(seconds)}`)}</small>` : '';
}

function verdict({ conditions }: LoadTestStatus): string {
  const { status, word, message } = verdictOf(conditions);
  return `<p class="verdict ${status}"><b>${word.toUpperCase()}</b> ${e(message)}</p>`;
}

/** How much of the load was done, as a number and its text: iterations where the rate is theirs. */
function doneOf(spec: LoadTestSpec, counted: Parameters<typeof iterationsOf>[1]): { count: string; of: string } {
  const { done, generated } = iterationsOf(spec, counted);
  const what = isSequential(spec) ? 'iterations completed' : 'requests done';
  return { count: formatCount(done), of: `of ${formatCount(generated)} ${what}` };
}

/** The main figures, large. Those of a search are in its trials: the figures of the whole load mix rates that hold with others. */
function tiles(spec: LoadTestSpec, status: LoadTestStatus): string {
  const { rate, responseTime, errorShare, counts, requests = [], capacity: found } = status;
  const done = counts && doneOf(spec, { counts, requests });
  const perSecond = `${isSequential(spec) ? 'iterations' : 'responses'} per second`;
  if (found !== undefined) {
    const trials = found.trials?.length.toString();
    return `<ul class="tiles">${capacityTiles(found, perSecond)}${tile('trials', trials, 'trials')}${tile(done?.of ?? '', done?.count, 'done')}</ul>`;
  }
  return `<ul class="tiles">${[
    tile(rate?.target === undefined ? perSecond : `${perSecond}, target ${rate.target}`, rate?.achieved, 'rate'),
    tile('p50 response time', responseTime?.p50, 'p50'),
    tile('p99 response time', responseTime?.p99, 'p99'),
    tile('errors', errorShare, 'errors'),
    tile(done?.of ?? '', done?.count, 'done'),
  ].join('')}</ul>`;
}
