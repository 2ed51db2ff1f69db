import assert from 'node:assert/strict';
import { it } from 'node:test';
import { imageFiles } from '../../../scripts/build/image.ts';

it('the image contains our licence, and those of the packages in its programs', async () => {
  const files = await imageFiles();
  assert.match(files.get('LICENSE') ?? '', /Apache License/);
  const licences = files.get('LICENSES.txt') ?? '';
  for (const name of ['@kubernetes/client-node', 'prom-client', 'undici', 'zod', 'croner'])
    assert.match(licences, new RegExp(`^${name} [0-9.]+ \\(`, 'm'), name);
});
