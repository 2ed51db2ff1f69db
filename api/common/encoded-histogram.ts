import * as z from 'zod';

/** An HdrHistogram of microseconds in the standard V2 compressed encoding, base64. */
export const encodedHistogramSchema = z.base64().max(256 * 1024);

/** One without samples. */
export const EMPTY_HISTOGRAM = 'HISTFAAAABx4nJNpmSzMgADMUJoRRFybvITB/gNEAABQ2gSH';
