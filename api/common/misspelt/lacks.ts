import { didYouMean } from './closest.ts';

/** The most names that a message lists. */
const MOST = 10;

/** That an owner lacks a thing of this name, which ones it has, and which of these is meant. */
export function lacks(owner: string, what: string, name: string, known: readonly string[]): string {
  const more = known.length > MOST ? [`${known.length - MOST} more`] : [];
  const list = [...known.slice(0, MOST), ...more].join(', ') || 'none';
  return `${owner} has no ${what} "${name}"; it has ${list}${didYouMean(name, known)}`;
}
