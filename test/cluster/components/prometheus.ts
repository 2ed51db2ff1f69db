import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prometheusUrl, stateDir } from '../system/layout.ts';
import type { Processes } from '../system/processes.ts';

/** Prometheus' configuration, as JSON: it scrapes every pod with the annotation prometheus.io/scrape once per second. */
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
          // The address of a finished pod in the API may already belong to another pod.
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

/** Prometheus' readiness endpoint: success once it serves queries. */
export const prometheusReadyUrl = `${prometheusUrl}/-/ready`;
