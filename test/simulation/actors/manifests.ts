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
      annotations: {fake.pintle.dev/start-ms: "1300", fake.pintle.dev/stop-ms: "1500"}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: main
          image: example/${name}:${version}
          command: [run]
          env: [{name: VERSION, value: "${version}"}]
          readinessProbe: {exec: {command: [ready]}, periodSeconds: 2}
          resources: {requests: {cpu: 100m, memory: 64Mi}}
`
}

export function configMapManifest(name: string, value: string): string {
  // The label stays the engine's when somebody takes over the value.
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  labels: {color: ${name}}\ndata:\n  value: "${value}"\n`
}

/** What a manifest of ours says, read back; undefined when the text is none of ours. */
export function parseDeploymentManifest(
  text: string,
): { readonly replicas: number; readonly version: string } | undefined {
  const replicas = /^ {2}replicas: (\d+)$/m.exec(text)?.[1]
  const version = /name: VERSION, value: "([^"]*)"/.exec(text)?.[1]
  return replicas === undefined || version === undefined ? undefined : { replicas: Number(replicas), version }
}

export function parseConfigMapManifest(text: string): string | undefined {
  return /^ {2}value: "([^"]*)"$/m.exec(text)?.[1]
}
