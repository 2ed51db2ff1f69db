import { textsIn, variablesIn } from '../common/template.ts';
import type { RequestSpec } from './request.ts';

/**
 * The places of a request's texts: for CEL, that a call is false of each text of request `r`, and the texts themselves. One rule a
 * place, as the API server limits what each may cost; CEL cannot see into `json`.
 */
export const TEXTS: { cel: (call: string) => string; texts: (r: RequestSpec) => string[] }[] = [
  {
    cel: (call) => `(!has(r.path) || !r.path.${call}) && (!has(r.body) || !has(r.body.text) || !r.body.text.${call})`,
    texts: ({ path, body }) => textsIn([path, body?.text, body?.json]),
  },
  {
    cel: (call) => `!has(r.headers) || r.headers.all(h, !has(h.value) || !h.value.${call})`,
    texts: ({ headers }) => textsIn(headers?.map(({ value }) => value)),
  },
  {
    cel: (call) => `!has(r.body) || !has(r.body.form) || r.body.form.all(f, !has(f.value) || !f.value.${call})`,
    texts: ({ body }) => textsIn(body?.form?.map(({ value }) => value)),
  },
  {
    cel: (call) =>
      `!has(r.body) || !has(r.body.multipart) || r.body.multipart.all(p, !has(p.value) || !p.value.${call})`,
    texts: ({ body }) => textsIn(body?.multipart?.map(({ value }) => value)),
  },
];

/** The variables in a request, without their `${}`. */
export function variablesOf(request: RequestSpec): string[] {
  return TEXTS.flatMap(({ texts }) => texts(request)).flatMap(variablesIn);
}
