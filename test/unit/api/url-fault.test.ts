import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemsOf } from '../../../api/common/problems.ts';
import { proxySchema } from '../../../api/loadtest/target/proxy.ts';
import { targetSchema } from '../../../api/loadtest/target/target.ts';
import { basePathOf } from '../../../runner/request/path.ts';

const problemOf = (url: string) => {
  const { error } = targetSchema.safeParse({ url });
  return error === undefined ? undefined : problemsOf(error)[0]!.message;
};

describe('a target URL that is refused names the part', () => {
  const cases: [url: string, message: RegExp][] = [
    ['http://h/${run}', /^must contain no variables: write them in requests\[\]\.path$/],
    ['http://${data.host}/', /^must contain no variables/],
    ['http://h/a$${b}', /^must contain no variables/],
    ['\u201chttp://h/x\u201d', /^must be in straight quotes, " or ', or in none$/],
    ['HTTP://h/x', /^must begin with http:\/\/ or https:\/\/ in lower case$/],
    ['ftp://h/x', /^must begin with http:\/\/ or https:\/\/$/],
    ['h:80/x', /^must begin with http:\/\/ or https:\/\/$/],
    ['http:/h', /^must begin with http:\/\/ or https:\/\/$/],
    ['http://user:pw@h/', /^must have no user: target\.auth/],
    ['http://h/x?y=1', /^must have no query: write it in requests\[\]\.path$/],
    ['http://h/x?', /^must have no query/],
    ['http://h?x=1', /^must have no query/],
    ['http://h/x#f', /^must have no fragment/],
    ['http://[fe80::1%25eth0]/', /^must have no zone/],
    ['http://münchen.test/', /^must have a host in ASCII, xn--mnchen-3ya\.test for münchen\.test$/],
    ['http://:80/', /^must have a host/],
    ['http:///x', /^must have a host$/],
    ['http://h:x/', /^must have a port of one to five digits$/],
    ['http://h:1:2/', /^must have a port of one to five digits$/],
    ['http://h:65536/', /^must have a port from 1 to 65535$/],
    ['http://h/%zz', /^must have two hexadecimal digits behind each %/],
    ['http://h/grüße', /^must have a path without "ü": write %C3%BC$/],
    ['http://h/a b', /^must have a path without " ": write %20$/],
    ['http://-a.test/', /^must have a host of letters, digits/],
    ['http://h /x', /^must have a host of letters, digits/],
    ['http://127.1/', /^must have a host that is a name or an IP address$/],
  ];
  for (const [url, message] of cases) it(url, () => assert.match(problemOf(url) ?? 'accepted', message));

  it('and of a proxy, the user', () => {
    const { error } = proxySchema.safeParse({ url: 'http://me:pw@proxy' });
    assert.equal(problemsOf(error!)[0]!.message, 'must have no user: auth sends user and password');
  });

  for (const url of ['http://h/a$', 'http://h/$a/$$/{b}', 'http://h/a}{', 'http://[::1]:80/x', 'https://h.'])
    it(`${url} is accepted`, () => assert.equal(problemOf(url), undefined));
});

describe('the base path', () => {
  const cases: [url: string, path: string][] = [
    ['http://h', '/'],
    ['http://h/', '/'],
    ['http://[::1]:80/a/../b', '/a/../b'],
    ['https://h/a\\b"c', '/a\\b"c'],
    ['http://h/a/./b//c/', '/a/./b//c/'],
    ['http://h/%2e%2E', '/%2e%2E'],
  ];
  for (const [url, path] of cases)
    it(`of ${url} is ${path}, as it is written`, () => assert.equal(basePathOf(url), path));
});
