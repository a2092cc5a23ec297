import type { ApplicationStatus, Bar } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../api/object.ts'

/** Bars kept per application; the oldest goes. */
const BARS_MAX = 50

/** The status with inputs that are not tried again until `pintle retry`. */
export function withBar(status: DeepReadonly<ApplicationStatus>, bar: Bar): DeepReadonly<ApplicationStatus> {
  const others = (status.barred ?? []).filter(each => each.inputDigest !== bar.inputDigest)
  return { ...status, barred: [...others, bar].slice(-BARS_MAX) }
}

export function withoutBar(
  status: DeepReadonly<ApplicationStatus>,
  inputDigest: string,
): DeepReadonly<ApplicationStatus> {
  const { barred, ...rest } = status
  const others = (barred ?? []).filter(each => each.inputDigest !== inputDigest)
  return others.length === 0 ? rest : { ...rest, barred: others }
}
