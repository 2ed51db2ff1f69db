import type { Scope } from '../../model/request/template.ts';
import type { ResponseExpectation } from '../response/expectation.ts';
import type { Failure } from '../transport/error-kind.ts';
import type { OutgoingRequest } from '../transport/message.ts';
import type { Site } from './cookie-jar.ts';

/** How a request follows redirects. */
export type Redirects = {
  /** The maximum number of redirects in a row. */
  max: number;
  /** The target: redirects to other origins are not followed. */
  target: URL;
  /** Whether a redirect that cannot be followed is unexpected: so it is where the spec names no expected status. */
  required: boolean;
};

/** A request of the spec with everything that is the same for all arrivals. */
export type PreparedRequest = OutgoingRequest &
  ResponseExpectation & {
    name: string;
    weight: number;
    /** The think time before this request of a sequential iteration. */
    thinkTimeUs: number;
    /** Renders the request of one arrival; null when all arrivals have the same. */
    render: ((scope: Scope) => PreparedRequest) | null;
    /**
     * Makes the request of one arrival later, in place of `render`: `session` has the values that its iteration has extracted. Absent: `render`
     * makes it at once.
     */
    makeLater?: (
      arrival: number,
      session: ReadonlyMap<string, string>,
      made: (request: PreparedRequest) => void,
    ) => void;
    /** Why the request could not be made; it is not sent and counts as failed. */
    failure?: Failure;
    /** The site that receives the request and sets cookies. */
    site: Site;
    /** Null: redirects are not followed. */
    redirects: Redirects | null;
  };
