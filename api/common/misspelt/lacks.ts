import { didYouMean } from './closest.ts';

/** That an owner lacks a thing of this name, which ones it has, and which of these is meant. */
export function lacks(owner: string, what: string, name: string, known: readonly string[]): string {
  return `${owner} has no ${what} "${name}"; it has ${known.slice(0, 10).join(', ') || 'none'}${didYouMean(name, known)}`;
}
