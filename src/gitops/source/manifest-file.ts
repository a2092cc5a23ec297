/** Manifest files are `*.yaml`, `*.yml` and `*.json` that are not hidden; everything else is left alone. */
export function isManifestFile(name: string): boolean {
  return !name.startsWith('.') && /\.(yaml|yml|json)$/.test(name)
}
