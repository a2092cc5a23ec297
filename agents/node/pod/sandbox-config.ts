import { canonicalJson } from '../../../src/api/canonical-json.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly, Json } from '../../../src/api/object.ts'
import { podHostname } from '../environment/hosts-file.ts'
import type { SandboxConfig } from '../runtime-driver.ts'

/** Turns what the API says of a pod into what a runtime is told. */
export function sandboxConfig(
  pod: DeepReadonly<Pod>,
  {
    ip,
    resolvConf,
    hostsFile,
  }: { readonly ip: string | undefined; readonly resolvConf: string; readonly hostsFile: string },
): SandboxConfig {
  const { metadata, spec, status } = pod
  const sysctls = spec.securityContext?.sysctls ?? []
  const isOnHost = spec.hostNetwork ?? false
  return {
    uid: metadata.uid!,
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    hostname: podHostname(pod),
    ip,
    hostNetwork: isOnHost,
    hostPid: spec.hostPID ?? false,
    hostIpc: spec.hostIPC ?? false,
    shareProcessNamespace: spec.shareProcessNamespace ?? false,
    ...(sysctls.length > 0 && { sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [name, value])) }),
    ...(status?.qosClass !== undefined && { qosClass: status.qosClass as NonNullable<SandboxConfig['qosClass']> }),
    manifest: canonicalJson(keptManifest(pod) as unknown as Json),
    dnsResolvConf: resolvConf,
    hostsFile: isOnHost ? '' : hostsFile,
  }
}

/** What a pod is registered from again after the live store was lost: no status, no owner, no revision. */
function keptManifest({ apiVersion, kind, metadata, spec }: DeepReadonly<Pod>) {
  const { name, namespace, uid, labels, annotations } = metadata
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      uid,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    spec,
  }
}
