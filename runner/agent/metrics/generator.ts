import type { Snapshot } from '../../../model/measure/snapshot.ts';
import { type Family, one, type Series } from './text-format.ts';

/** What the generator itself has used and lost. */
export function generatorFamilies(snapshot: Snapshot | undefined): Family[] {
  return [
    {
      name: 'event_loop_utilization',
      type: 'gauge',
      help: 'Utilization of the event loop since the load began, 0 to 1.',
      labels: [],
      series: one(snapshot?.eventLoopUtilization),
    },
    {
      name: 'cpu_seconds_total',
      type: 'counter',
      help: 'CPU time of the generator since the load began.',
      labels: [],
      series: seconds(snapshot?.cpuMs),
    },
    {
      name: 'throttled_seconds_total',
      type: 'counter',
      help: 'Time for which the CPU limit throttled the runner since the load began.',
      labels: [],
      series: seconds(snapshot?.throttledMs),
    },
    {
      name: 'gc_seconds_total',
      type: 'counter',
      help: 'Time for which garbage collection stopped a thread.',
      labels: [],
      series: seconds(snapshot?.gc?.totalMs),
    },
    {
      name: 'gc_pause_max_seconds',
      type: 'gauge',
      help: 'The longest pause for garbage collection since the load began.',
      labels: [],
      series: seconds(snapshot?.gc?.maxMs),
    },
  ];
}

function seconds(ms = 0): Series[] {
  return one(ms / 1e3);
}
