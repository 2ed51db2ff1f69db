import type { Scope } from '../../model/request/template.ts';
import type { ResponseExpectation } from '../response/expectation.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { OutgoingRequest } from '../transport/message.ts';
import type { Site } from './cookie-jar.ts';

/** How the redirects of a request are followed. */
export type Redirects = {
  /** How many one after the other. */
  max: number;
  /** The target: only what stays there is followed. */
  target: URL;
  /** Whether a redirect that cannot be followed is not as expected, as nothing is said of statuses: who asks to follow wants what is behind. */
  required: boolean;
};

/** A request of the spec with everything that does not change from one arrival to the next. */
export type PreparedRequest = OutgoingRequest &
  ResponseExpectation & {
    name: string;
    weight: number;
    /** The think time before this request of a sequential iteration. */
    thinkTimeUs: number;
    /** Makes the request of one arrival from this one; null when it is the same for all. */
    render: ((scope: Scope) => PreparedRequest) | null;
    /** Why a script could not make it: it is not sent, and counted as failed. */
    failure?: Failure;
    /** Whom it is for, and whose cookies its responses set. */
    site: Site;
    /** Null when a redirect is a response like any other. */
    redirects: Redirects | null;
  };
