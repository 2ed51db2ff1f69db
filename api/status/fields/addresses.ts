import * as z from 'zod';
import { MAX_ADDRESSES } from '../../common/sizes.ts';
import { count, text } from './scalars.ts';

const useSchema = {
  requests: count.describe('Requests written, including redirects.'),
  connections: count.describe('Connections opened.'),
};

/** How requests and connections are spread over the addresses of the target. */
export const addressesSchema = z
  .array(z.strictObject({ address: text.describe('IP address, or path of the Unix socket.'), ...useSchema }))
  .max(MAX_ADDRESSES);

/** The sum of all addresses that are not listed. */
export const otherAddressesSchema = z.strictObject(useSchema);
