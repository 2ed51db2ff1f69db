/** The requests that the target received at one path. Times are fractional epoch milliseconds by the target's clock. */
export type Received = {
  total: number;
  methods: Record<string, number>;
  /** By status of the response. */
  statuses: Record<string, number>;
  bodies: Record<string, number>;
  contentTypes: Record<string, number>;
  /** Address of each client (a runner pod) with the time of its first request. */
  clients: Record<string, number>;
  firstAt: number;
  lastAt: number;
  /** The first request of a client after a pause. */
  bursts: { client: string; at: number }[];
};
