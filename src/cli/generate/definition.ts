/** One OpenAPI definition as the generator reads it. */
export interface Definition {
  /** `io.k8s.api.core.v1.PodSpec`. */
  readonly name: string
  /** Name of its TypeScript interface: the model's, without a leading `V1`. */
  readonly typeName: string
  readonly description: string
  readonly fields: readonly DefinitionField[]
}

export interface DefinitionField {
  readonly name: string
  /** `string`, `int32`, `time`, ...; a definition's name; with `[]` (list) or `{}` (map) before each. */
  readonly type: string
  readonly required: boolean
  readonly description: string
}
