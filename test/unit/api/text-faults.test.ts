import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PATH_TEMPLATE, TEMPLATE } from '../../../api/common/template.ts';
import { metricFault } from '../../../api/loadtest/metric-fault.ts';
import { headerFault, pathFault, templateFault } from '../../../api/loadtest/text-faults.ts';

type Row = [text: string, fault: string | RegExp];

const check = (faultOf: (text: string) => string, rows: readonly Row[]) => {
  for (const [text, fault] of rows)
    it(JSON.stringify(text), () => {
      if (typeof fault === 'string') assert.equal(faultOf(text), fault);
      else assert.match(faultOf(text), fault);
    });
};

describe('what is wrong with a text', () => {
  const rows: Row[] = [
    ['${indx}', 'must not contain ${indx}: did you mean ${index}? Otherwise write $${ for a literal ${'],
    ['a ${UUID} b', /did you mean \$\{uuid\}\?/],
    ['${data}', /did you mean \$\{data\.column\}\?/],
    ['${sesion.a}', /did you mean \$\{session\.name\}\?/],
    ['${random}', /did you mean \$\{random\(1,100\)\}\?/],
    ['${random(1)}', /did you mean \$\{random\(1,100\)\}\?/],
    [
      '${index|json}',
      /^must not contain \$\{index\|json\}: \|json is for whole strings of a JSON body; write \$\{index\}$/,
    ],
    ['${data.a|raw}', /\|raw is for \$\{data\.column\} and \$\{session\.name\} in a path; write \$\{data\.a\}$/],
    ['a ${index', 'must close the variable ${index with }, or write $${ for a literal ${'],
    ['${something else}', /^must contain no variables but \$\{index\}, /],
  ];
  for (const [text] of rows) it(`${text} is refused`, () => assert.doesNotMatch(text, TEMPLATE));
  check(templateFault, rows);
});

describe('what is wrong with a path', () => {
  const rows: Row[] = [
    ['items', 'must begin with "/" or "?"'],
    ['http://a/b', 'must begin with "/" or "?"'],
    ['${index}/a', 'must begin with "/" or "?"'],
    ['${data.url}', 'must begin with "/" or "?"; for a whole path in a variable write ${data.url|raw}'],
    ['/a#b', 'must be without a fragment (#), which is never sent'],
    ['/a b', 'must be without " ": write %20'],
    ['/zürich', 'must be without "ü": write %C3%BC'],
    ['/😀', 'must be without "😀": write %F0%9F%98%80'],
    ['/100%', 'must have two hexadecimal digits behind each %; write %25 for a percent sign'],
    ['/a?b=${uid}', /did you mean \$\{uuid\}\?/],
    ['${data.url|raw}?b=${idnex}', /did you mean \$\{index\}\?/],
  ];
  for (const [text] of rows) it(`${text} is refused`, () => assert.doesNotMatch(text, PATH_TEMPLATE));
  check(pathFault, rows);
});

describe('what is wrong with the value of a header', () =>
  check(headerFault, [
    [' a', 'must be without space at its beginning and end'],
    ['a\n', 'must be without space at its beginning and end'],
    ['grüße', 'must be printable ASCII, without "ü"'],
    ['a\u0000b', 'must be printable ASCII, without "\\u0000"'],
    ['${indx}', /did you mean \$\{index\}\?/],
  ]));

describe('what is wrong with the name of a metric', () =>
  check(metricFault, [
    ['erors', 'must be a metric; did you mean errors?'],
    ['responsetime.p99', 'must be a metric; did you mean responseTime.p99?'],
    ['latency', /^must be a metric such as responseTime\.p99, /],
    ['responsetime', /^must be a metric such as responseTime\.p99, /],
    ['responseTime', /^must be in the form of responseTime\.p99: .*, as min, mean, max or a percentile: p1 to p99/],
    ['responseTime.p100', /; p100 is max$/],
    ['errors.ConectionRefused', /; did you mean errors\.ConnectionRefused\?$/],
    ['errors.Any', /^must be in the form of errors or errors\.ConnectionRefused: .* of one kind of docs\/errors\.md$/],
    [
      'status.600',
      'must be in the form of status.5xx or status.503 or status.UNAVAILABLE: a share of the responses, by status of HTTP or gRPC',
    ],
    ['rate.p99', /^must be in the form of rate: /],
  ]));
