import { Histogram } from '../../../model/measure/histogram.ts';

/** The connections that a transport has opened, and the times of their steps in microseconds, in memory that threads share. */
export class DialFigures {
  opened = 0;
  readonly dns = Histogram.shared();
  readonly connect = Histogram.shared();
  readonly tls = Histogram.shared();
}
