import type { Expect } from '../../api/loadtest/response/expect.ts';
import { isJson, textOfJson } from '../../model/request/json.ts';
import type { Mismatch } from './mismatch.ts';
import { type ParsedResponse, valuesOf } from './parsed-response.ts';

/** Checks a response; undefined when it is as expected, else the mismatch. */
export type Check = (response: ParsedResponse) => Mismatch | undefined;

/** A check for each expectation on headers. */
export function headerChecksOf({ headers = [] }: Expect): Check[] {
  return headers.map(headerCheck);
}

/** A check for each expectation that needs the whole body. `text`: a text that it must contain. */
export function bodyChecksOf({ bodyMatches, json = [] }: Expect, text: string | undefined): Check[] {
  return [
    ...(bodyMatches === undefined ? [] : [patternCheck(bodyMatches)]),
    ...(text === undefined ? [] : [textCheck(text)]),
    ...json.map(jsonCheck),
  ];
}

function headerCheck({ name, value, matches }: NonNullable<Expect['headers']>[number]): Check {
  const key = name.toLowerCase();
  const pattern = matches === undefined ? undefined : new RegExp(matches);
  const isExpected = (has: string) => (pattern === undefined ? has === value : pattern.test(has));
  return ({ headers }) => {
    const all = valuesOf(headers, key);
    if (all.some(isExpected)) return undefined;
    if (all.length === 0) return `header ${key} is missing`;
    return (shown) => {
      const has = `header ${key} is ${shown(all.join(', '))}`;
      return pattern === undefined ? `${has}, not ${shown(value!)}` : `${has} and does not match /${shown(matches!)}/`;
    };
  };
}

function patternCheck(regex: string): Check {
  const pattern = new RegExp(regex);
  return ({ text }) => (pattern.test(text) ? undefined : (shown) => `the body does not match /${shown(regex)}/`);
}

function textCheck(wanted: string): Check {
  return ({ text }) => (text.includes(wanted) ? undefined : lacksText(wanted));
}

/** The mismatch of a body that does not contain `wanted`. */
export function lacksText(wanted: string): Mismatch {
  return (shown) => `the body does not contain "${shown(wanted)}"`;
}

function jsonCheck({ pointer, value }: NonNullable<Expect['json']>[number]): Check {
  return (response) => {
    if (!response.isJson) return NOT_JSON;
    const found = response.at(pointer);
    if (found === undefined) return `nothing at ${pointer}`;
    if (isJson(found, value)) return undefined;
    return (shown) => `json ${pointer} is ${shown(textOfJson(found))}, not ${shown(value)}`;
  };
}

/** Why a check or an extraction from JSON is impossible. */
export const NOT_JSON = 'the body is not JSON';
