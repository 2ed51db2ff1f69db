import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from '../../../../runner/transport/error-kind.ts';

const FAULTS: [code: string, reason: string, example: RegExp][] = [
  [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'tlsv1 alert protocol version',
    /^the server and .* target\.tls\.minVersion/,
  ],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'unsupported protocol', /target\.tls\.minVersion/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number', /^the server does not speak TLS at this port/],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'packet length too long', /^the server does not speak TLS at this port/],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'ssl/tls alert handshake failure', /clientCertificateSecretRef/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsv13 alert certificate required', /requires a client certificate/],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tlsv1 alert unknown ca', /rejects the client certificate/],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'ssl/tls alert bad certificate', /rejects the client certificate/],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', 'ssl/tls alert certificate expired', /rejects the client certificate/],
  ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'tlsv1 unrecognized name', /target\.tls\.serverName/],
  ['ERR_SSL_DH_KEY_TOO_SMALL', 'dh key too small', /too weak; target\.tls\.minVersion: TLS1\.1/],
  ['ERR_SSL_BAD_EXTENSION', 'bad extension', /^TLS: bad extension$/],
];
for (const [code, reason, example] of FAULTS) {
  test(`the TLS fault ${code} is reported without OpenSSL's numbers and paths`, () => {
    const message = `40B3D3:error:0A00042E:SSL routines:f:${reason}:../deps/openssl/ssl/rec.c:918:\n`;
    const failure = failureOf(Object.assign(new Error(message), { code, reason }));
    assert.match(failure.example, example);
    assert.ok(failure.example.endsWith(reason));
    assert.equal(failure.kind, 'TLSHandshakeFailed');
  });
}

test('a certificate that OpenSSL rejects without a code is TLSCertificateInvalid', () => {
  const error = Object.assign(new Error('EE certificate key too weak'), { code: 'UNSPECIFIED' });
  assert.deepEqual(failureOf(error), { kind: 'TLSCertificateInvalid', example: 'EE certificate key too weak' });
});

test("a certificate that is not trusted names target.tls.caFrom in place of Node's command line", () => {
  const message =
    'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca';
  assert.deepEqual(failureOf(Object.assign(new Error(message), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })), {
    kind: 'TLSCertificateInvalid',
    example: 'self-signed certificate; target.tls.caFrom names the authorities to trust',
  });
});
