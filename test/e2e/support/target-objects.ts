/** The kubernetes.io/basic-auth Secret for the target's /private/ paths. */
export const LOGIN = { secret: 'login', username: 'load', password: 'pass:wörd' } as const;

/** A port of the target's Service on which nothing listens. */
export const CLOSED_PORT = 8081;

const SECURITY = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };

type Ports = Readonly<Record<string, number>>;
type Container = { name: string; image: string; args?: readonly string[]; env?: readonly object[] };

/** A pod's spec of one container, which is ready when its port `http` responds at `path`. */
function podSpec(container: Container, ports: Ports, path: string) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        ...container,
        imagePullPolicy: 'IfNotPresent',
        ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })),
        // Generous, because a slow target on a busy machine must not be removed from its Service under load.
        readinessProbe: {
          httpGet: { path, port: 'http' },
          periodSeconds: 1,
          timeoutSeconds: 5,
          failureThreshold: 10,
        },
        resources: { requests: { cpu: '10m', memory: '64Mi' } },
        securityContext: SECURITY,
      },
    ],
  };
}

/** A pod of one program, which responds at its port `http`, and its Service. */
export function podWithService(
  name: string,
  image: string,
  { args, ports }: { args: readonly string[]; ports: Ports },
) {
  const labels = { app: name };
  return [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels },
      spec: podSpec({ name, image, args }, ports, '/'),
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: {
        selector: labels,
        ports: Object.entries(ports).map(([port, number]) => ({ name: port, port: number, targetPort: port })),
      },
    },
  ];
}

/** A Deployment of the target (test/e2e/support/target.ts), its Service and its Secret. */
export function targetObjects(image: string) {
  const labels = { app: 'target' };
  const key = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: LOGIN.secret, key } } });
  const env = [key('TARGET_USERNAME', 'username'), key('TARGET_PASSWORD', 'password')];
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: LOGIN.secret },
      type: 'kubernetes.io/basic-auth',
      stringData: { username: LOGIN.username, password: LOGIN.password },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'target' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: podSpec({ name: 'target', image, env }, { http: 8080 }, '/received'),
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'target' },
      spec: {
        selector: labels,
        ports: [
          { name: 'http', port: 8080, targetPort: 'http' },
          // Nothing listens there: connections are refused.
          { name: 'closed', port: CLOSED_PORT, targetPort: CLOSED_PORT },
        ],
      },
    },
  ];
}
