import * as z from 'zod';
import { resourceQuantity } from '../../common/quantity.ts';
import { resourceQuantitySchema } from '../../common/quantity-schema.ts';
import { celPattern, withRules } from '../../common/rule.ts';

/** The resources of nodes: Kubernetes' own, huge pages, and those that devices add under a domain. */
const RESOURCE_NAME =
  /^(cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMG]i|[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?[/][a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)$/;

const amounts = withRules(
  z
    .record(z.string(), resourceQuantitySchema)
    .refine((map) => Object.keys(map).length <= 16, 'must have at most 16 entries')
    .meta({ maxProperties: 16 }),
  {
    cel: `self.all(name, name.matches(${celPattern(RESOURCE_NAME)}))`,
    message: 'every key must be a resource: cpu, memory, ephemeral-storage, hugepages-2Mi or example.com/device',
    test: (map) => Object.keys(map).every((name) => RESOURCE_NAME.test(name)),
  },
);

/** The resources of a container. */
export const resourcesSchema = withRules(
  z.strictObject({
    requests: amounts.optional().describe('Resources that the scheduler reserves, such as cpu: 500m.'),
    limits: amounts
      .optional()
      .describe('Maximum resources of the container. A limit without a request is the request, too.'),
  }),
  {
    cel: '!has(self.requests) || !has(self.limits) || self.requests.all(name, !(name in self.limits) || quantity(self.requests[name]).compareTo(quantity(self.limits[name])) <= 0)',
    message: 'must be at most the limit of the same resource',
    field: 'requests',
    test: ({ requests = {}, limits = {} }) =>
      Object.entries(requests).every(
        ([name, amount]) => limits[name] === undefined || resourceQuantity(amount) <= resourceQuantity(limits[name]),
      ),
  },
);
