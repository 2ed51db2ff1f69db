// Run by k6, not by Node; the environment contains the parameters.
import http from 'k6/http';

const { URL, METHOD, BODY, SECONDS, RATE, CONNECTIONS } = __ENV;
const duration = `${SECONDS}s`;

export const options = {
  discardResponseBodies: true,
  insecureSkipTLSVerify: true,
  summaryTrendStats: ['p(95)', 'p(99)', 'max'],
  scenarios: {
    load: RATE
      ? {
          executor: 'constant-arrival-rate',
          rate: Number(RATE),
          timeUnit: '1s',
          duration,
          preAllocatedVUs: Number(CONNECTIONS),
          maxVUs: 2000,
        }
      : { executor: 'constant-vus', vus: Number(CONNECTIONS), duration },
  },
};

const headers = METHOD === 'POST' ? { 'Content-Type': 'application/json' } : {};

export default function request() {
  http.request(METHOD, URL, BODY || null, { headers });
}
