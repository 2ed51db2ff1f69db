/**
 * The variables that text of a request may hold. Everything but what is looked up by a name of the user's own stands here by its
 * whole form, so that a misspelt variable is refused at `kubectl apply`, by a pattern that costs nothing.
 */
const NAME = '[a-zA-Z_][-_a-zA-Z0-9]{0,62}';
const VARIABLE = `(index|runner|run|uuid|now|random[(][0-9]{1,9}, ?[0-9]{1,9}[)]|(data|session)[.]${NAME})`;

/** `${variable}`, and `$${` for a `${` that is meant as it stands. */
const OPENED = `[$][$]+[{]|[$][{]${VARIABLE}[}]`;

/** What may be a column of data or an extracted value. */
export const VARIABLE_NAME = new RegExp(`^${NAME}$`);

/** Any text, as long as every `${` in it opens a variable. */
export const TEMPLATE = new RegExp(`^([^$]|[$]+[^\${]|${OPENED})*[$]*$`);

/** A path or query whose characters a request line may hold. */
const PLAIN = '[!"&-z|-~]|%[0-9A-Fa-f]{2}';
export const PATH_TEMPLATE = new RegExp(`^[/?](${PLAIN}|[{]|[$]+(${PLAIN})|${OPENED})*[$]*$`);

/** Printable ASCII without spaces at its ends. */
const INK = `[!-#%-~]|[$]+[!-#%-z|-~]|${OPENED}`;
export const HEADER_TEMPLATE = new RegExp(`^((${INK})((${INK}|[\\t ]|[$]+[\\t ])*(${INK}|[$]+))?|[$]*)$`);

const KNOWN = '${index}, ${runner}, ${run}, ${uuid}, ${now}, ${random(1,100)}, ${data.column} or ${session.name}';
export const TEMPLATE_MESSAGE = `must hold no variables but ${KNOWN}, and $\${ for a \${ that is none`;

/** The variables of `text`, without their `${}`: `index`, `random(1,100)`, `data.sku`. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(/([$]+)[{]([^}]*)[}]?/g)].flatMap(([, dollars, name]) =>
    dollars!.length === 1 ? [name!] : [],
  );
}

/** The variables of `text` that there are not. */
export function unknownVariablesIn(text: string): string[] {
  const known = new RegExp(`^${VARIABLE}$`);
  return variablesIn(text).filter((name) => !known.test(name));
}

/** Every text in a JSON value: strings and the names of fields. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...textsIn(item)]);
}
