import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadTestSpecSchema } from '../../../../api/loadtest/loadtest.ts';
import { preflight } from '../../../../runner/preparation/preflight.ts';
import { headerValueProblem } from '../../../../runner/values/header-values.ts';

const key = { secretKeyRef: { name: 's', key: 'password' } };
const AUTH: Record<string, object> = {
  header: {},
  bearer: { auth: { type: 'Bearer', bearer: key } },
  basic: { auth: { type: 'Basic', basic: { secretRef: { name: 's' } } } },
  proxy: { http: { proxy: { url: 'http://p', auth: { type: 'Basic', basic: { secretRef: { name: 's' } } } } } },
};

function specWith(where: string) {
  const headers = where === 'header' ? [{ name: 'X-Key', valueFrom: key }] : [];
  return loadTestSpecSchema.parse({
    target: { url: 'http://127.0.0.1:1', ...AUTH[where] },
    requests: [{ name: 'r', headers }],
    load: { type: 'Closed', closed: { users: 1, iterations: 1 } },
  });
}

const valuesWith = (value: string | Buffer) =>
  new Map([
    ['Secret/s/username', Buffer.from('ada')],
    ['Secret/s/password', Buffer.from(value)],
  ]);

const LINES = 'has more than one line, which a header cannot have';
const CONTROL = 'contains control characters, which a header cannot have';
const BEYOND = 'contains characters that a header cannot have (not in ISO 8859-1)';
const ROWS: [what: string, where: string, value: string | Buffer, problem: string | undefined][] = [
  ['a trailing line end', 'header', 'sesame\r\n', undefined],
  ['latin-1', 'header', 'p\u00e9ss\tw\u00f6rd', undefined],
  ['two trailing line ends', 'header', 'sesame\n\n', LINES],
  ['a second header', 'header', 'sesame\r\nX-Admin: 1', LINES],
  ['a lone carriage return', 'header', 'ses\rame', LINES],
  ['a null', 'header', 'ses\0ame', CONTROL],
  ['a C1 control', 'header', 'ses\u0085ame', CONTROL],
  ['the euro sign', 'header', 'sesame\u20ac', BEYOND],
  ['bytes that are not UTF-8', 'header', Buffer.from([115, 0xe9]), BEYOND],
  ['surrounding line ends and spaces', 'bearer', ' sesame \n\n', undefined],
  ['a line end inside', 'bearer', 'ses\name', LINES],
  ['the euro sign', 'bearer', 'sesame\u20ac', BEYOND],
  ['any character, because base64 encodes it', 'basic', 'sesame\u20ac\n', undefined],
  ['a line end inside', 'basic', 'ses\name', LINES],
  ['a bell', 'proxy', 'sesame\u0007', CONTROL],
];
const FIELDS: Record<string, string> = {
  header: 'request "r", header X-Key',
  bearer: 'target.auth',
  basic: 'target.auth',
  proxy: 'target.http.proxy.auth',
};
for (const [what, where, value, problem] of ROWS) {
  test(`${where}: a value with ${what} is ${problem === undefined ? 'sent' : 'rejected, with the name of its key'}`, () => {
    const found = headerValueProblem(specWith(where), valuesWith(value));
    assert.equal(found, problem && `${FIELDS[where]}: key "password" of Secret "s" ${problem}`);
  });
}

test('the preflight rejects an invalid header value, even without a preflight connection', async () => {
  const who = { test: { namespace: 'n', name: 't', uid: 'u' }, index: 0, replicas: 1, addresses: { denied: [] } };
  const unfit = await preflight({ spec: specWith('header'), ...who }, valuesWith('ses\name'));
  assert.equal(unfit?.problem, `${FIELDS.header}: key "password" of Secret "s" ${LINES}`);
});
