import type { AcceptedSchedule } from '../scheduled-resource.ts';
import type { Times } from './times.ts';

/** The times of a schedule that may start runs: none while `spec.suspend` is true. */
export function unlessSuspended({ spec }: AcceptedSchedule, times: Times): Pick<Times, 'dueMs' | 'nextMs'> {
  return spec.suspend ? {} : times;
}
