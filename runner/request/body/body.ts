import type { Body, BodyField, BodyTypeName } from '../../../api/loadtest/body/body.ts';
import { bodyFieldOf } from '../../../api/loadtest/body/contents.ts';
import type { Scope } from '../../../model/request/template.ts';
import { CONTENT_CODINGS } from './content-coding.ts';
import type { BodyEncoder, BodyInput, EncodedBody } from './encoded-body.ts';
import { encodeForm } from './form.ts';
import { encodeFrom } from './from.ts';
import { encodeJson } from './json.ts';
import { encodeMultipart } from './multipart.ts';
import { encodeText } from './text.ts';

const ENCODERS: { [T in BodyTypeName]: BodyEncoder<NonNullable<Body[BodyField<T>]>> } = {
  JSON: encodeJson,
  Form: encodeForm,
  Text: encodeText,
  From: encodeFrom,
  Multipart: encodeMultipart,
};

/** The content of a request: its bytes, or a function that renders them for an arrival; null: none. */
export type BodyContent = Buffer | ((scope: Scope) => Buffer) | null;

/** A body as it is sent, with the header values that follow from the spec. */
export type PreparedBody = {
  content: BodyContent;
  contentType: string | undefined;
  contentEncoding: string | undefined;
};

const NO_BODY: PreparedBody = { content: null, contentType: undefined, contentEncoding: undefined };

/** The body of a spec with all its values looked up. */
export function prepareBody(body: Body | undefined, input: BodyInput): PreparedBody {
  if (body === undefined) return NO_BODY;
  const encoder = ENCODERS[body.type] as BodyEncoder<unknown>;
  const encoded = encoder(body[bodyFieldOf(body.type)], input);
  const coding = body.encoding && CONTENT_CODINGS[body.encoding];
  return {
    content: contentOf(encoded, coding?.encode ?? unencoded),
    contentType: encoded.contentType,
    contentEncoding: coding?.name,
  };
}

const unencoded = (body: Buffer) => body;

function contentOf(
  { content, charset }: EncodedBody,
  encode: (body: Buffer) => Buffer,
): Buffer | ((scope: Scope) => Buffer) {
  if (typeof content === 'function') return (scope) => encode(Buffer.from(content(scope), charset));
  return encode(typeof content === 'string' ? Buffer.from(content, charset) : content);
}
