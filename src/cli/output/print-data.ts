import { stringify } from 'yaml'

/** `-o json` and `-o yaml`. */
export function formatData(data: unknown, format: 'json' | 'yaml'): string {
  return format === 'json' ? JSON.stringify(data, undefined, 2) : stringify(data).trimEnd()
}
