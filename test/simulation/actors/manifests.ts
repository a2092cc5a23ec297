/** Manifests that simulated people push. */

export interface DeploymentShape {
  readonly name: string
  readonly replicas: number
  /** Anything: another one is another template. */
  readonly version: string
}

export function deploymentManifest({ name, replicas, version }: DeploymentShape): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: {app: ${name}}
  strategy:
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: main
          image: example/${name}:${version}
          command: [run]
          env: [{name: VERSION, value: "${version}"}]
          resources: {requests: {cpu: 100m, memory: 64Mi}}
`
}

export function configMapManifest(name: string, value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: "${value}"\n`
}
