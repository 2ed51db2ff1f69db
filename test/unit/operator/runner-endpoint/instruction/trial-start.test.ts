import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type TrialStartInput, trialStartMs } from '../../../../../operator/runner-endpoint/instruction/trial-start.ts';
import { NOW } from '../../../../support/operator/operator-fixtures.ts';

const TRIAL = { number: 3, rate: 80, startAtMs: NOW + 500, durationMs: 12_500 };

describe('a trial begins', () => {
  const rows: [title: string, input: Partial<TrialStartInput> & { number?: number }, startMs: number][] = [
    ['as planned', {}, NOW + 500],
    ['soon when it took long to persist its plan', { nowMs: NOW + 2000 }, NOW + 2053],
    ['so that all runners know of it', { replicas: 1000 }, NOW + 1050],
    ['as planned for those that have not taken it up yet', { nowMs: NOW + 2000, isTakenUp: true }, NOW + 500],
    ['when a new operator has heard of all runners', { knowsRunners: false }, NOW + 1553],
    ['with the load', { knowsRunners: false, number: 0 }, NOW + 500],
  ];
  for (const [title, { number = 3, ...input }, expected] of rows)
    it(title, () => {
      const usual = { nowMs: NOW, replicas: 3, isTakenUp: false, knowsRunners: true };
      assert.equal(trialStartMs({ ...TRIAL, number }, { ...usual, ...input }), expected);
    });
});
