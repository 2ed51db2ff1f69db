/** What figures are that runners, the operator or a push by OTLP export under names of their own. */
export const EXPORTED_FIGURES = {
  responses: 'Responses by status.',
  errors: 'Timeouts and failures by kind.',
  messages: 'Messages of streams that the target sent; a response may consist of many.',
  responseTime: 'From the intended arrival to the last byte; timeouts included.',
  firstByte: 'From the intended arrival to the first byte of the response; timeouts included.',
  serviceTime: 'From the write of the request to the last byte; timeouts included.',
  pacingLag: 'Actual minus intended send time.',
  info: '1, with the load model, the release and the schedule of the test as labels; empty where it has none.',
  capacityRate: 'Arrivals per second that were answered in time at the capacity; absent until a search has found it.',
  running: 'Whether the load is running.',
  runnersLost: 'Runners that ended without a final update.',
} as const;
