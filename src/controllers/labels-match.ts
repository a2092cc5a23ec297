type Labels = Readonly<Record<string, string>>

/** True when `labels` has every pair of `wanted`: the plain selector of services and nodes. */
export function labelsMatch(wanted: Labels | undefined, labels: Labels | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value)
}
