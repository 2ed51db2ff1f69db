/** What the target received at one path. Times are epoch milliseconds with a fraction, by the target's clock. */
export type Received = {
  total: number;
  methods: Record<string, number>;
  /** By the status that was answered. */
  statuses: Record<string, number>;
  bodies: Record<string, number>;
  contentTypes: Record<string, number>;
  /** Address of a client (a runner pod) and when its first request came. */
  clients: Record<string, number>;
  firstAt: number;
  lastAt: number;
};
