/**
 * Bodies of requests as kubectl sends them: 1.33 in protobuf (base64) and 1.31, for the same command, in JSON (without its
 * nulls, and without the zeros of an empty status).
 */
export const protobufSamples: Readonly<Record<string, { readonly protobuf: string; readonly json: object }>> = {
  deployment: {
    protobuf:
      'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErkBCiAKA3dlYhIAGgFhIgAqADIAOABCAFoKCgNhcHASA3dlYhKGAQgAEgwKCgoDYXBwEgN3ZWIabAocCgASABoAIgAqADIAOABCAFoKCgNhcHASA3dlYhJMEi4KBW5naW54EgVuZ2lueCoAMgoKABAAGFAiACoAQgBqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBACICCgAoADgAGgwIABAAGAAgACgAOAAaACIA',
    json: {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'web', namespace: 'a', labels: { app: 'web' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }] },
        },
        strategy: {},
      },
      status: {},
    },
  },
  secret: {
    protobuf: 'azhzAAoMCgJ2MRIGU2VjcmV0EikKEgoBcxIAGgFhIgAqADIAOABCABIGCgFhEgFiEgkKBWVtcHR5EgAaABoAIgA=',
    json: { kind: 'Secret', apiVersion: 'v1', metadata: { name: 's', namespace: 'a' }, data: { a: 'Yg==', empty: '' } },
  },
  configmap: {
    protobuf: 'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhwKEgoBbRIAGgFhIgAqADIAOABCABIGCgFhEgFiGgAiAA==',
    json: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'm', namespace: 'a' }, data: { a: 'b' } },
  },
  namespace: {
    protobuf: 'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBbhIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==',
    json: { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'n' }, spec: {}, status: {} },
  },
  job: {
    protobuf:
      'azhzAAoPCghiYXRjaC92MRIDSm9iEokBChIKAWoSABoBYSIAKgAyADgAQgASaTJnChAKABIAGgAiACoAMgA4AEIAElMSMAoBahIHYnVzeWJveBoCc2gaAi1jGgZleGl0IDAqAEIAagByAIABAIgBAJABAKIBABoFTmV2ZXIyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBABoIIAAoADAAOgAaACIA',
    json: {
      kind: 'Job',
      apiVersion: 'batch/v1',
      metadata: { name: 'j', namespace: 'a' },
      spec: {
        template: {
          metadata: {},
          spec: {
            containers: [{ name: 'j', image: 'busybox', command: ['sh', '-c', 'exit 0'], resources: {} }],
            restartPolicy: 'Never',
          },
        },
      },
      status: {},
    },
  },
  cronjob: {
    protobuf:
      'azhzAAoTCghiYXRjaC92MRIHQ3JvbkpvYhKaAQoSCgFjEgAaAWEiACoAMgA4AEIAEoEBCgkqICogKiAqICoaACpyChEKAWMSABoAIgAqADIAOABCABJdMlsKEAoAEgAaACIAKgAyADgAQgASRxIgCgFjEgdidXN5Ym94KgBCAGoAcgCAAQCIAQCQAQCiAQAaCU9uRmFpbHVyZTIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAGgAaACIA',
    json: {
      kind: 'CronJob',
      apiVersion: 'batch/v1',
      metadata: { name: 'c', namespace: 'a' },
      spec: {
        schedule: '* * * * *',
        jobTemplate: {
          metadata: { name: 'c' },
          spec: {
            template: {
              metadata: {},
              spec: { containers: [{ name: 'c', image: 'busybox', resources: {} }], restartPolicy: 'OnFailure' },
            },
          },
        },
      },
      status: {},
    },
  },
  service: {
    protobuf:
      'azhzAAoNCgJ2MRIHU2VydmljZRJoChwKAXgSABoBYSIAKgAyADgAQgBaCAoDYXBwEgF4EkQKIAoHODAtaHR0cBIDVENQGFAiCggBEAAaBGh0dHAogOsBEggKA2FwcBIBeBoAIghOb2RlUG9ydDoAQgBSAFoAYABoABoCCgAaACIA',
    json: {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { name: 'x', namespace: 'a', labels: { app: 'x' } },
      spec: {
        ports: [{ name: '80-http', protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 30080 }],
        selector: { app: 'x' },
        type: 'NodePort',
      },
      status: { loadBalancer: {} },
    },
  },
  ingress: {
    protobuf:
      'azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxJbChIKAWkSABoBYSIAKgAyADgAQgASQRIOCglhLmV4YW1wbGUSAXQaLAoJYS5leGFtcGxlEh8KHQobCgIveBINIgsKA3N2YxIECgAQUBoGUHJlZml4IgFrGgIKABoAIgA=',
    json: {
      kind: 'Ingress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: { name: 'i', namespace: 'a' },
      spec: {
        ingressClassName: 'k',
        tls: [{ hosts: ['a.example'], secretName: 't' }],
        rules: [
          {
            host: 'a.example',
            http: {
              paths: [{ path: '/x', pathType: 'Prefix', backend: { service: { name: 'svc', port: { number: 80 } } } }],
            },
          },
        ],
      },
      status: { loadBalancer: {} },
    },
  },
  quota: {
    protobuf:
      'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRI5ChIKAXESABoBYSIAKgAyADgAQgASIQoOCgNjcHUSBwoFMTUwMG0KDwoGbWVtb3J5EgUKAzFHaRoAGgAiAA==',
    json: {
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: { name: 'q', namespace: 'a' },
      spec: { hard: { cpu: '1500m', memory: '1Gi' } },
      status: {},
    },
  },
  pdb: {
    protobuf:
      'azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSOQoSCgFwEgAaAWEiACoAMgA4AEIAEhcKCQgBEAAaAzUwJRIKCggKA2FwcBIBeBoKCAAYACAAKAAwABoAIgA=',
    json: {
      kind: 'PodDisruptionBudget',
      apiVersion: 'policy/v1',
      metadata: { name: 'p', namespace: 'a' },
      spec: { minAvailable: '50%', selector: { matchLabels: { app: 'x' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    },
  },
  token: {
    protobuf:
      'azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIdChAKABIAGgAiACoAMgA4AEIAEgMg2AQaBAoAEgAaACIA',
    json: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      spec: { expirationSeconds: 600 },
      status: {},
    },
  },
  canI: {
    protobuf:
      'azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSNgoQCgASABoAIgAqADIAOABCABIYChYKAWESA2dldBoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA=',
    json: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { resourceAttributes: { namespace: 'a', verb: 'get', resource: 'pods' } },
      status: {},
    },
  },
  serviceaccount: {
    protobuf: 'azhzAAoUCgJ2MRIOU2VydmljZUFjY291bnQSFAoSCgFhEgAaAWEiACoAMgA4AEIAGgAiAA==',
    json: { kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name: 'a', namespace: 'a' } },
  },
  priorityclass: {
    protobuf:
      'azhzAAolChRzY2hlZHVsaW5nLms4cy5pby92MRINUHJpb3JpdHlDbGFzcxIwChEKAXoSABoAIgAqADIAOABCABAAGAAiAWQqFFByZWVtcHRMb3dlclByaW9yaXR5GgAiAA==',
    json: {
      kind: 'PriorityClass',
      apiVersion: 'scheduling.k8s.io/v1',
      metadata: { name: 'z' },
      value: 0,
      description: 'd',
      preemptionPolicy: 'PreemptLowerPriority',
    },
  },
}
