import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parse } from 'yaml';
import { findProgram } from '../../cluster/build/packages.ts';
import { renderCorefile } from '../../cluster/components/dns.ts';
import { issueKubeconfig, renderKubeconfig } from '../../cluster/components/kubeconfig.ts';
import { renderCniConfig } from '../../cluster/components/network.ts';
import { renderContainerdConfig, renderKubeletConfig } from '../../cluster/components/node.ts';
import { Authority, leafExtensions } from '../../cluster/components/pki.ts';
import { renderPrometheusConfig } from '../../cluster/components/prometheus.ts';
import { firstNode, nodeLayout, nodeNumbers } from '../../cluster/system/layout.ts';

describe('cluster: certificates', { skip: findProgram('openssl') ? false : 'openssl is not installed' }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'loadtest-pki-test-'));
  after(() => rmSync(dir, { recursive: true }));

  it('contain user, group and hosts, and are signed by their authority', async () => {
    const authority = await Authority.create(dir);
    const subject = { user: 'system:node:n', group: 'system:nodes', hosts: ['n.example', '10.0.0.1'] };
    const { certificate } = await authority.issue('node', subject);
    const [ca, leaf] = [authority.certificate, certificate].map((file) => new X509Certificate(readFileSync(file)));
    assert.ok(ca && leaf);
    assert.ok(leaf.verify(ca.publicKey));
    assert.ok(ca.ca && !leaf.ca);
    assert.equal(leaf.subject, 'O=system:nodes\nCN=system:node:n');
    assert.equal(leaf.subjectAltName, 'DNS:n.example, IP Address:10.0.0.1');
  });

  it('are embedded in a kubeconfig that needs no other file', async () => {
    const authority = await Authority.create(dir);
    const file = await issueKubeconfig(authority, join(dir, 'kubeconfig'), 'https://h:1', { user: 'system:x' });
    const { users } = parse(readFileSync(file, 'utf8'));
    const pem = Buffer.from(users[0].user['client-certificate-data'], 'base64');
    assert.equal(new X509Certificate(pem).subject, 'CN=system:x');
  });
});

describe('cluster: configurations', () => {
  it('a client certificate cannot be used by a server', () => {
    assert.deepEqual(
      leafExtensions([]).filter((line) => line.includes('serverAuth') || line.includes('subjectAltName')),
      [],
    );
  });

  it('the kubeconfig points its one context at the server', () => {
    const text = renderKubeconfig('https://127.0.0.1:6443', 'CA', { certificate: 'CRT', key: 'KEY' });
    const config = parse(text);
    assert.equal(config['current-context'], config.contexts[0].name);
    assert.deepEqual(config.clusters[0].cluster, {
      server: 'https://127.0.0.1:6443',
      'certificate-authority-data': Buffer.from('CA').toString('base64'),
    });
  });

  it('containerd uses the given pause image and starts pods without CAP_SYS_RESOURCE', () => {
    const text = renderContainerdConfig(firstNode, { pauseImage: 'localhost/pause:1', snapshotter: 'native' });
    assert.match(text, /^sandbox_image = "localhost\/pause:1"$/m);
    assert.match(text, /^snapshotter = "native"$/m);
    assert.match(text, /^restrict_oom_score_adj = true$/m);
  });

  it('kubelet, pods and DNS use the same address', () => {
    const kubelet = JSON.parse(renderKubeletConfig(firstNode, '/ca.crt'));
    assert.deepEqual(kubelet.clusterDNS, [kubelet.address]);
    assert.match(renderCorefile('/kubeconfig'), new RegExp(`bind ${kubelet.address}\\n`));
    assert.equal(JSON.parse(renderCniConfig(firstNode)).plugins[0].ipam.ranges[0][0].subnet, '10.88.0.0/16');
  });

  it('no two nodes share a name, address or path', () => {
    const places = nodeNumbers.map(nodeLayout);
    for (const key of Object.keys(firstNode) as (keyof typeof firstNode)[])
      assert.equal(new Set(places.map((place) => place[key])).size, places.length, key);
  });

  it('Prometheus keeps annotated pods and labels them', () => {
    const { relabel_configs: rules } = JSON.parse(renderPrometheusConfig('/kubeconfig')).scrape_configs[0];
    const targets = rules.map((rule: { target_label?: string }) => rule.target_label).filter(Boolean);
    assert.deepEqual(targets, ['__metrics_path__', '__address__', 'namespace', 'pod']);
  });
});
