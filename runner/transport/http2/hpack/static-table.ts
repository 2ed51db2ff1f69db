import { type Field, fieldOf } from '../field.ts';

/** The static table (RFC 7541, appendix A), a line a field, in order. */
const LINES = `
:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`;

/** The fields of the static table; the index of the first one is 1. */
export const STATIC_FIELDS: readonly Field[] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [name = '', ...values] = line.split(' ');
    return fieldOf(name, values.join(' '));
  });

/** The index of the first field of the dynamic table, less one. */
export const STATIC_LENGTH = STATIC_FIELDS.length;
