import type { Extract } from '../../api/loadtest/response/extract.ts';
import { textOfJson } from '../../model/request/json.ts';
import { NOT_JSON } from './checks.ts';
import type { Mismatch } from './mismatch.ts';
import { type ParsedResponse, valuesOf } from './parsed-response.ts';

/** Extracts a value from a response, or names the missing one. */
export type Extractor = (response: ParsedResponse) => { value: string } | { missing: Mismatch };

/** The extractor of an entry of `extract`. */
export function extractorOf({ jsonPointer, header, regex }: Extract): Extractor {
  if (header !== undefined) {
    const key = header.toLowerCase();
    return ({ headers }) => found(valuesOf(headers, key)[0], `no header ${key} to extract`);
  }
  if (regex !== undefined) {
    const pattern = new RegExp(regex);
    return ({ text }) => {
      const match = pattern.exec(text);
      return found(match?.[1] ?? match?.[0], (shown) => `the body has no match of /${shown(regex)}/ to extract`);
    };
  }
  return (response) => {
    if (!response.isJson) return { missing: NOT_JSON };
    const value = response.at(jsonPointer!);
    const text = value === undefined || value === null ? undefined : textOfJson(value);
    return found(text, `nothing at ${jsonPointer} to extract`);
  };
}

function found(value: string | undefined, missing: Mismatch): { value: string } | { missing: Mismatch } {
  return value === undefined ? { missing } : { value };
}
