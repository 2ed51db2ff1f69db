import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionsOf } from '../../../../model/load/connection-count.ts';
import { enginePositions, open, specWithLoad } from '../../../support/specs/loads.ts';

const ROWS: [sentence: string, http: object, connections: number[]][] = [
  ['HTTP/1.1 has as many connections as requests in flight', {}, [Infinity, Infinity, Infinity]],
  ['engines share the connections of the whole test', { connections: 9 }, [5, 2, 2]],
  ['every engine has at least one connection', { connections: 1 }, [1, 1, 1]],
  ['HTTP/2 has one connection an engine', { version: 'HTTP2' }, [1, 1, 1]],
];
for (const [sentence, http, connections] of ROWS)
  test(sentence, () => {
    const { target } = specWithLoad(open(1), 2, http);
    assert.deepEqual(
      enginePositions([1, 2]).map((position) => connectionsOf(target, position)),
      connections,
    );
  });
