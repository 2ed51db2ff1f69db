import { exactJsonText } from '../../../api/common/notation/exact-json.ts';
import type { Body } from '../../../api/loadtest/body/body.ts';
import { partsOf, templateOf } from '../../../model/request/template.ts';
import type { BodyEncoder } from './encoded-body.ts';

/** The quoted text `"${variable|json}"`, which stands for a JSON value without quotes of its own. */
const JSON_VALUE = /"([$][{][^"}]*[|]json[}])"/g;

export const encodeJson: BodyEncoder<NonNullable<Body['json']>> = (value, { columns }) => {
  const text = exactJsonText(value).replaceAll(JSON_VALUE, '$1');
  return {
    content: templateOf(partsOf(text, columns, { json: jsonOf }), (filled) => JSON.stringify(filled).slice(1, -1)),
    contentType: 'application/json',
  };
};

/** A value that is JSON as it is, and any other as a JSON string, so that the body is always JSON. */
function jsonOf(value: string): string {
  try {
    JSON.parse(value);
    return value;
  } catch {
    return JSON.stringify(value);
  }
}
