import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prometheusUrl, stateDir } from './layout.ts';
import type { Processes } from './processes.ts';

/** Prometheus' configuration, as JSON: every pod annotated prometheus.io/scrape, once a second. */
export function renderPrometheusConfig(kubeconfig: string): string {
  const annotation = '__meta_kubernetes_pod_annotation_prometheus_io';
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    scrape_configs: [
      {
        job_name: 'pods',
        kubernetes_sd_configs: [{ role: 'pod', kubeconfig_file: kubeconfig }],
        relabel_configs: [
          { source_labels: [`${annotation}_scrape`], regex: 'true', action: 'keep' },
          // A finished pod keeps its address in the API, which another pod may have by now.
          { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Pending|Succeeded|Failed', action: 'drop' },
          { source_labels: [`${annotation}_path`], regex: '(.+)', target_label: '__metrics_path__' },
          {
            source_labels: ['__meta_kubernetes_pod_ip', `${annotation}_port`],
            separator: ':',
            regex: '(.+:\\d+)',
            target_label: '__address__',
          },
          { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
          { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
        ],
      },
    ],
  });
}

/** Starts a Prometheus that scrapes pods. */
export function launchPrometheus(processes: Processes, prometheus: string, kubeconfig: string): void {
  const config = join(stateDir, 'prometheus.json');
  writeFileSync(config, renderPrometheusConfig(kubeconfig));
  processes.start('prometheus', [
    prometheus,
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(stateDir, 'prometheus')}`,
    `--web.listen-address=${new URL(prometheusUrl).host}`,
  ]);
}

/** Where Prometheus says that it can serve queries. */
export const prometheusReadyUrl = `${prometheusUrl}/-/ready`;
