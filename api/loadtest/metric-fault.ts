import { closest } from '../common/misspelt/closest.ts';
import { ERROR_KINDS } from '../status/error-kinds.ts';
import { METRIC_MESSAGE, METRIC_PATTERN, METRICS } from './metrics.ts';

const KINDS = Object.keys(METRICS);

/** What is wrong with the name of a metric: its kind, or what follows it. */
export function metricFault(text: string): string {
  const at = text.indexOf('.');
  const kind = at < 0 ? text : text.slice(0, at);
  const rest = at < 0 ? '' : text.slice(at + 1);
  if (KINDS.includes(kind)) {
    const { examples, description } = METRICS[kind as keyof typeof METRICS];
    return `must be in the form of ${examples.join(' or ')}: ${description}${meant(kind, closest(rest, ERROR_KINDS))}`;
  }
  const near = meant(closest(kind, KINDS) ?? '', rest);
  return near === '' ? METRIC_MESSAGE : `must be a metric${near}`;
}

/** A metric of these two parts, if it is one. */
function meant(kind: string, rest: string | undefined): string {
  const name = rest ? `${kind}.${rest}` : kind;
  return METRIC_PATTERN.test(name) && rest !== undefined ? `; did you mean ${name}?` : '';
}
