/**
 * The variables that text of a request may hold. Everything but what is looked up by a name of the user's own stands here by its
 * whole form, so that a misspelt variable is refused at `kubectl apply`, by a pattern that costs nothing.
 */
const NAME = '[a-zA-Z_][-_a-zA-Z0-9]{0,62}';
const GIVEN = `(data|session)[.]${NAME}`;
const VARIABLE = `(index|runner|run|uuid|now|random[(][0-9]{1,9}, ?[0-9]{1,9}[)]|${GIVEN})`;

/** `$${` for a `${` that is meant as it stands. */
const ESCAPE = '[$][$]+[{]';

/** `${variable}`, and the escape. */
const OPENED = `${ESCAPE}|[$][{]${VARIABLE}[}]`;

/** In a path a value that somebody else has made may also stand as it is: `${data.url|raw}`. */
const RAW = `[$][{]${GIVEN}[|]raw[}]`;
const OPENED_IN_PATH = `${OPENED}|${RAW}`;

/** A text of JSON that is nothing but this is a JSON value in its place: `"${random(1,9)|json}"` is a number. */
const JSON_VALUE = new RegExp(`^[$][{]${VARIABLE}[|]json[}]$`);

/** What may be a column of data or an extracted value. */
export const VARIABLE_NAME = new RegExp(`^${NAME}$`);

/** Any text, as long as every `${` in it opens a variable. */
export const TEMPLATE = new RegExp(`^([^$]|[$]+[^\${]|${OPENED})*[$]*$`);

/** A path or query whose characters a request line may hold. */
const PLAIN = '[!"&-z|-~]|%[0-9A-Fa-f]{2}';
export const PATH_TEMPLATE = new RegExp(`^([/?]|${RAW})(${PLAIN}|[{]|[$]+(${PLAIN})|${OPENED_IN_PATH})*[$]*$`);

/** Printable ASCII without spaces at its ends. */
const INK = `[!-#%-~]|[$]+[!-#%-z|-~]|${OPENED}`;
export const HEADER_TEMPLATE = new RegExp(`^((${INK})((${INK}|[\\t ]|[$]+[\\t ])*(${INK}|[$]+))?|[$]*)$`);

const KNOWN = '${index}, ${runner}, ${run}, ${uuid}, ${now}, ${random(1,100)}, ${data.column} or ${session.name}';
export const TEMPLATE_MESSAGE = `must hold no variables but ${KNOWN}, and $\${ for a \${ that is none`;

/** The variables of `text`, without their `${}` and the form that they are wanted in: `index`, `random(1,100)`, `data.sku`. */
export function variablesIn(text: string): string[] {
  return expressionsIn(text).map((expression) => expression.split('|', 1)[0]!);
}

function expressionsIn(text: string): string[] {
  return [...text.matchAll(/([$]+)[{]([^}]*)[}]?/g)].flatMap(([, dollars, expression]) =>
    dollars!.length === 1 ? [expression!] : [],
  );
}

/** The variables of `text` that there are not. */
export function unknownVariablesIn(text: string): string[] {
  const known = new RegExp(`^${VARIABLE}$`);
  return expressionsIn(text).filter((expression) => !known.test(expression));
}

/** Whether a text of JSON stands for a value that is to be JSON itself. */
export function isJsonValue(text: string): boolean {
  return JSON_VALUE.test(text);
}

/** The variables in a JSON value that there are not, or that are JSON values where only text can be. */
export function unknownVariablesInJson(value: unknown): string[] {
  if (typeof value === 'string') return isJsonValue(value) ? [] : unknownVariablesIn(value);
  if (Array.isArray(value)) return value.flatMap(unknownVariablesInJson);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [
    ...unknownVariablesIn(name),
    ...unknownVariablesInJson(item),
  ]);
}

/** Every text in a JSON value: strings and the names of fields. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...textsIn(item)]);
}
