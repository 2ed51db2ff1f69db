import * as z from 'zod';
import { percentSchema } from '../../common/quantity-schema.ts';
import { textOf, withRules } from '../../common/rule.ts';

/** Printable ASCII without the characters that no URL has, before and after the place of the identifier. */
const LINK = /^https?:[/][/][-_.a-zA-Z0-9:[\]]+[/?#][!#-;=?-[\]_a-z{|}~]*[{]traceId[}][!#-;=?-[\]_a-z{|}~]*$/;

/** `target.tracing`. */
export const tracingSchema = z.strictObject({
  sampled: withRules(percentSchema, {
    cel: "double(self.replace('%', '')) <= 100.0",
    message: 'must be at most 100%',
    test: (text) => Number.parseFloat(text) <= 100,
  })
    .default('1%')
    .describe(
      'Share of the iterations whose traces are sampled: their traceparent has the flag by which the target records them.',
    ),
  link: textOf(
    LINK,
    'must be an http or https URL with {traceId} behind its host, such as https://tempo.example.com/trace/{traceId}',
    {
      max: 1024,
    },
  )
    .optional()
    .describe(
      'Address of a trace in your tracing backend, which results show for each trace; {traceId} becomes its identifier.',
    ),
});
