/** The kubernetes.io/basic-auth Secret for the target's /private/ paths. */
export const LOGIN = { secret: 'login', username: 'load', password: 'pass:wörd' } as const;

/** A port of the target's Service on which nothing listens. */
export const CLOSED_PORT = 8081;

const LABELS = { app: 'target' };
const SECURITY = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };

/** A Deployment of the target (test/e2e/support/target.ts), its Service and its Secret. */
export function targetObjects(image: string) {
  const key = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: LOGIN.secret, key } } });
  const container = {
    name: 'target',
    image,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [key('TARGET_USERNAME', 'username'), key('TARGET_PASSWORD', 'password')],
    // Generous, because a slow target on a busy machine must not be removed from its Service under load.
    readinessProbe: {
      httpGet: { path: '/received', port: 'http' },
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 10,
    },
    resources: { requests: { cpu: '10m', memory: '64Mi' } },
    securityContext: SECURITY,
  };
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
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 1,
            securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [container],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'target' },
      spec: {
        selector: LABELS,
        ports: [
          { name: 'http', port: 8080, targetPort: 'http' },
          // Nothing listens there: connections are refused.
          { name: 'closed', port: CLOSED_PORT, targetPort: CLOSED_PORT },
        ],
      },
    },
  ];
}
