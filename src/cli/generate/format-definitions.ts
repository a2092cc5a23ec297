import type { Definition } from './definition.ts'

const HEADER = '/* Written by `npm run generate` from @kubernetes/client-node (Apache-2.0). Do not edit. */\n'

/** The module that `src/api/built-in-schema.ts` parses, one definition at a time: `field!:type` separated by spaces. */
export function formatDefinitions(definitions: readonly Definition[]): string {
  const lines = definitions.map(({ name, fields }) => {
    const words = fields.map(field => `${field.name}${field.required ? '!' : ''}:${field.type}`)
    return `  ${JSON.stringify(name)}: ${JSON.stringify(words.join(' '))},\n`
  })
  return `${HEADER}export const definitions: Readonly<Record<string, string>> = {\n${lines.join('')}}\n`
}

/** Texts for OpenAPI, loaded only there: definition -> field -> text; the definition's own under `''`. */
export function formatDescriptions(definitions: readonly Definition[]): string {
  const lines = definitions.map(({ name, description, fields }) => {
    const texts: Record<string, string> = {}
    if (description !== '') texts[''] = description
    for (const field of fields) if (field.description !== '') texts[field.name] = field.description
    return `  ${JSON.stringify(name)}: ${JSON.stringify(texts)},\n`
  })
  const type = 'Readonly<Record<string, Readonly<Record<string, string>>>>'
  return `${HEADER}export const descriptions: ${type} = {\n${lines.join('')}}\n`
}
