import { parse } from 'yaml';
import type { ReportDocument } from '../../../api/report/report-document.ts';
import { emptyTimeline } from '../../../model/measure/timeline.ts';
import { HiddenTexts } from '../../../runner/response/hidden/hidden-texts.ts';
import { UnexpectedExamples } from '../../../runner/response/unexpected-examples.ts';
import { outputsOf } from '../results/outputs.ts';
import { reportOf } from '../results/report-document.ts';
import { passed } from '../results/report-fixture.ts';
import { piecesOf } from '../secrets/forms.ts';
import { SECRETS } from '../secrets/secrets.ts';
import { type HostileResponse, hostileResponses } from './responses.ts';

/** The responses of one test: as many as a status has examples of. */
const PER_REPORT = 10;
/** No output has these, however it is encoded. */
const OBEYED = /[^\P{Cc}\t\n\r]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

/** Four letters or digits say something about a secret; backslashes and quotes come from anywhere. */
const isTelling = (piece: string) => piece.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= 4;
/** What is around the secrets of a response may have the same characters by chance. */
const withoutSecrets = ({ text, planted }: HostileResponse) =>
  planted.reduce((rest, { form }) => (form === '' ? rest : rest.replaceAll(form, '\0')), text);
const asItIs = (output: string) => output;
const withoutEntities = (html: string) =>
  html
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
const stringsOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? Object.values(value).map(stringsOf).join('\0') : String(value);
/** How a person or a program reads an output. Its own escapes may look like a part of a secret. */
const READERS: Record<string, (output: string) => string> = {
  html: withoutEntities,
  xml: withoutEntities,
  json: (output) => stringsOf(JSON.parse(output)),
  JSON: (output) => stringsOf(JSON.parse(output)),
  log: (output) => stringsOf(JSON.parse(output)),
  yaml: (output) => stringsOf(parse(output)),
  md: (output) => output.replaceAll(/\\([\\`*_[\]<>|#~])/g, '$1').replaceAll('\u200b', ''),
};

const hidden = new HiddenTexts(SECRETS);
/** Without figures, which take longer than the texts. */
const base: ReportDocument = {
  ...reportOf(),
  timeline: emptyTimeline(),
  histograms: { responseTime: '', serviceTime: '', pacingLag: '', requests: [] },
  runners: [],
};

/**
 * Takes hostile responses through redaction and all outputs. Returns the problems, at most ten: a control character, or eight characters of a
 * secret in any form.
 */
export function fuzzResponses(cases: number, seed: number): string[] {
  const next = hostileResponses(seed);
  const problems: string[] = [];
  for (let done = 0; done < cases && problems.length < 10; done += PER_REPORT) {
    const responses = Array.from({ length: PER_REPORT }, next);
    const pieces = responses
      .flatMap(({ planted }) => planted.flatMap(({ form }) => piecesOf(form, Math.min(8, form.length))))
      .filter((piece) => isTelling(piece) && !responses.some((response) => withoutSecrets(response).includes(piece)));
    for (const [name, output] of Object.entries(outputsOf(reportWith(responses)))) {
      const control = OBEYED.exec(output);
      if (control !== null) problems.push(`${name} has ${JSON.stringify(control[0])} (case ${done}, seed ${seed})`);
      const read = (READERS[name] ?? asItIs)(output);
      const leaked = pieces.filter((piece) => read.includes(piece));
      if (leaked.length > 0) problems.push(`${name} has ${JSON.stringify(leaked[0])} (case ${done}, seed ${seed})`);
    }
  }
  return problems;
}

/** The report of a test with these responses: as bodies, as values in reasons, as messages of errors and of conditions. */
function reportWith(responses: readonly HostileResponse[]): ReportDocument {
  const examples = new UnexpectedExamples((text, isCut = false) => hidden.replacedIn(text, '***', isCut));
  responses.forEach((response, i) => {
    examples.add(`r${i}`, response, (shown) => `header x is ${shown(response.text)}, not y`);
  });
  const errors = responses.map(({ text }) => ({
    kind: 'Other',
    count: 1,
    example: examples.shown(text.slice(0, 256)),
  }));
  const said = hidden.replacedIn(responses[0]!.text, '***', false);
  return { ...base, status: { ...base.status, errors, unexpected: examples.list(), ...passed('False', said) } };
}
