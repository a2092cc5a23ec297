/** Why this is no path inside a volume, or undefined. */
export function whyNoRelativePath(path: string): string | undefined {
  if (path.startsWith('/')) return 'must be a relative path'
  return whyNoBackSteps(path)
}

/** Why this path could leave where it starts, or undefined. */
export function whyNoBackSteps(path: string): string | undefined {
  return path.split('/').includes('..') ? "must not contain '..'" : undefined
}
