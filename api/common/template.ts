/**
 * The variables of a request's texts. Apart from names that the user chooses, the pattern lists every variable in full,
 * so that `kubectl apply` rejects a misspelt one at no cost.
 */
const NAME = '[a-zA-Z_][-_a-zA-Z0-9]{0,62}';
const GIVEN = `(data|session)[.]${NAME}`;
const VARIABLE = `(index|runner|run|uuid|now|random[(][0-9]{1,9}, ?[0-9]{1,9}[)]|${GIVEN})`;

/** `$${` stands for a literal `${`. */
const ESCAPE = '[$][$]+[{]';

/** `${variable}`, and the escape. */
const OPENED = `${ESCAPE}|[$][{]${VARIABLE}[}]`;

/** In a path, data and extracted values may be inserted without percent-encoding: `${data.url|raw}`. */
const RAW = `[$][{]${GIVEN}[|]raw[}]`;
const OPENED_IN_PATH = `${OPENED}|${RAW}`;

/** A JSON string that consists of nothing else becomes a JSON value: `"${random(1,9)|json}"` is sent as a number. */
const JSON_VALUE = new RegExp(`^[$][{]${VARIABLE}[|]json[}]$`);

/** The name of a data column or of an extracted value. */
export const VARIABLE_NAME = new RegExp(`^${NAME}$`);

/** The source of a pattern: a variable of the data. */
const COLUMN = `[$][{]data[.](${NAME})[}]`;

/** A pattern for a field that is either `constant`, the source of a pattern, or a column of the data and nothing else. */
export function constantOrColumn(constant: string): RegExp {
  return new RegExp(`^(${constant}|${COLUMN})$`);
}

/** The column that a text consists of, as in `${data.method}`; undefined if it is something else. */
export function columnOf(text: string): string | undefined {
  return new RegExp(`^${COLUMN}$`).exec(text)?.[1];
}

/** Any text in which every `${` opens a variable. */
export const TEMPLATE = new RegExp(`^([^$]|[$]+[^\${]|${OPENED})*[$]*$`);

/** Characters that a request line may contain in a path or query. */
const PLAIN = '[!"&-z|-~]|%[0-9A-Fa-f]{2}';
export const PATH_TEMPLATE = new RegExp(`^([/?]|${RAW})(${PLAIN}|[{]|[$]+(${PLAIN})|${OPENED_IN_PATH})*[$]*$`);

/** Printable ASCII without spaces at its ends. */
const INK = `[!-#%-~]|[$]+[!-#%-z|-~]|${OPENED}`;
export const HEADER_TEMPLATE = new RegExp(`^((${INK})((${INK}|[\\t ]|[$]+[\\t ])*(${INK}|[$]+))?|[$]*)$`);

const KNOWN = '${index}, ${runner}, ${run}, ${uuid}, ${now}, ${random(1,100)}, ${data.column} or ${session.name}';
export const TEMPLATE_MESSAGE = `must contain no variables but ${KNOWN}; write $\${ for a literal \${`;

/** The variables of `text` without `${}` and without a format such as `|raw`: `index`, `random(1,100)`, `data.sku`. */
export function variablesIn(text: string): string[] {
  return expressionsIn(text).map((expression) => expression.split('|', 1)[0]!);
}

function expressionsIn(text: string): string[] {
  return [...text.matchAll(/([$]+)[{]([^}]*)[}]?/g)].flatMap(([, dollars, expression]) =>
    dollars!.length === 1 ? [expression!] : [],
  );
}

/** The variables of `text` that do not exist. */
export function unknownVariablesIn(text: string): string[] {
  const known = new RegExp(`^${VARIABLE}$`);
  return expressionsIn(text).filter((expression) => !known.test(expression));
}

/** Whether a JSON string stands for a variable that is sent as a JSON value. */
function isJsonValue(text: string): boolean {
  return JSON_VALUE.test(text);
}

/** The variables in a JSON value that do not exist, or that use `|json` where only text is possible. */
export function unknownVariablesInJson(value: unknown): string[] {
  if (typeof value === 'string') return isJsonValue(value) ? [] : unknownVariablesIn(value);
  if (Array.isArray(value)) return value.flatMap(unknownVariablesInJson);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [
    ...unknownVariablesIn(name),
    ...unknownVariablesInJson(item),
  ]);
}

/** Every text in a JSON value: strings and field names. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...textsIn(item)]);
}
