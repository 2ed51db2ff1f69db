import { capacityDashboard } from './capacity.ts';
import { loadTestDashboard } from './loadtest.ts';
import { operatorDashboard } from './operator.ts';

/** The dashboards by the names of their files. */
export const DASHBOARDS = {
  loadtest: loadTestDashboard(),
  capacity: capacityDashboard(),
  operator: operatorDashboard(),
};

/** The files generated from the dashboards: their paths relative to the repository's root, and their contents. */
export function dashboardFiles(): { path: string; text: string }[] {
  return Object.entries(DASHBOARDS).map(([name, model]) => ({
    path: `charts/loadtest-operator/dashboards/${name}.json`,
    text: `${JSON.stringify(model, null, 2)}\n`,
  }));
}
