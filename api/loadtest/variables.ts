import { textsIn, variablesIn } from '../common/template.ts';
import { BODY_FIELDS, bodyTexts } from './body/contents.ts';
import type { RequestSpec } from './request.ts';

type TextPlace = {
  /** CEL: `call` is false of each text of request `r` in this place. */
  cel: (call: string) => string;
  texts: (r: RequestSpec) => string[];
};

/** CEL: `call` is false of each text of request `r` in these fields of its body. */
function bodyCel(fields: typeof BODY_FIELDS): ((call: string) => string)[] {
  return fields.flatMap(({ field, contents: { noText } }) => {
    if (noText === undefined) return [];
    const path = `r.body.${field}`;
    return (call: string) => `!has(r.body) || !has(${path}) || ${noText.inCel(path, call)}`;
  });
}

const listFields = BODY_FIELDS.filter(({ contents }) => contents.noText?.isList === true);
const otherFields = BODY_FIELDS.filter((field) => !listFields.includes(field));

/**
 * The places of a request's texts. Each list has a rule of its own, as the API server limits the cost of a rule; CEL cannot see into
 * `json`.
 */
export const TEXT_PLACES: readonly TextPlace[] = [
  {
    cel: (call) =>
      [`!r.method.${call}`, `!has(r.path) || !r.path.${call}`, ...bodyCel(otherFields).map((cel) => cel(call))]
        .map((condition) => `(${condition})`)
        .join(' && '),
    texts: ({ method, path, body }) => [method, ...textsIn(path), ...bodyTexts(body, otherFields)],
  },
  {
    cel: (call) => `!has(r.headers) || r.headers.all(h, !has(h.value) || !h.value.${call})`,
    texts: ({ headers }) => textsIn(headers?.map(({ value }) => value)),
  },
  {
    cel: (call) => `!has(r.expect) || !has(r.expect.status) || r.expect.status.all(s, !s.${call})`,
    texts: ({ expect }) => expect?.status ?? [],
  },
  {
    // CEL cannot see into messages.
    cel: (call) => `!has(r.grpc) || !has(r.grpc.metadata) || r.grpc.metadata.all(h, !has(h.value) || !h.value.${call})`,
    texts: ({ grpc }) => textsIn([grpc?.metadata?.map(({ value }) => value), grpc?.message, grpc?.messages]),
  },
  ...listFields.map((field) => ({
    cel: (call: string) => bodyCel([field]).map((cel) => cel(call))[0]!,
    texts: ({ body }: RequestSpec) => bodyTexts(body, [field]),
  })),
];

/** The variables in a request, without their `${}`. */
export function variablesOf(request: RequestSpec): string[] {
  return TEXT_PLACES.flatMap(({ texts }) => texts(request)).flatMap(variablesIn);
}
