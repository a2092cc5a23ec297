/** From the root: names of members, positions in lists. */
export type FieldPath = readonly (string | number)[]

/** `spec.template.spec.containers[0].image`, as in errors; the root is `(root)`. */
export function formatFieldPath(path: FieldPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text === '' ? '(root)' : text
}
