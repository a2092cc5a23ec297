import { isBuiltIn } from './built-in-schema.ts'
import type { Column, Kind, KindStrategy, KindSubresources, KindVerb, KindVersion } from './kind.ts'
import { ALL_VERBS } from './kind.ts'
import { whyNoDnsSubdomain } from './names.ts'
import type { KubeObject } from './object.ts'
import type { StructSchema } from './schema.ts'
import { validateRequiredFields } from './validation/required-fields.ts'

/** What a kind's file says; everything left out has the usual value. */
export interface KindDefinition<T extends KubeObject> extends Partial<KindStrategy<T>> {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly listKind?: string
  readonly singular?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  /** True when left out. */
  readonly namespaced?: boolean
  /** Of the storage version. */
  readonly schema: StructSchema
  readonly setDefaults?: (draft: T) => void
  readonly columns?: readonly Column[]
  /** Served forms beside the storage version. */
  readonly otherVersions?: readonly KindVersion[]
  /** All when left out. */
  readonly verbs?: readonly KindVerb[]
  readonly subresources?: KindSubresources
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>
  readonly secret?: boolean
  readonly ephemeral?: boolean
}

export function defineKind<T extends KubeObject>(definition: KindDefinition<T>): Kind<T> {
  const { group, version, kind, plural } = definition
  return {
    group,
    kind,
    plural,
    listKind: definition.listKind ?? `${kind}List`,
    singular: definition.singular ?? kind.toLowerCase(),
    shortNames: definition.shortNames ?? [],
    categories: definition.categories ?? [],
    namespaced: definition.namespaced ?? true,
    storageVersion: version,
    versions: [storageForm(definition), ...(definition.otherVersions ?? [])],
    verbs: definition.verbs ?? ALL_VERBS,
    subresources: definition.subresources ?? {},
    strategy: strategyOf(definition),
    selectableFields: new Map(Object.entries(definition.selectableFields ?? {})),
    secret: definition.secret ?? false,
    ephemeral: definition.ephemeral ?? false,
  }
}

function storageForm<T extends KubeObject>(definition: KindDefinition<T>): KindVersion {
  const { group, version, schema, setDefaults } = definition
  return {
    group,
    version,
    schema,
    columns: definition.columns ?? [],
    ...(setDefaults && { setDefaults: (draft: KubeObject) => setDefaults(draft as T) }),
  }
}

function strategyOf<T extends KubeObject>(definition: KindDefinition<T>): KindStrategy<T> {
  return {
    ...definition,
    generation: definition.generation ?? definition.schema.fields.has('spec'),
    unconditionalUpdate: definition.unconditionalUpdate ?? true,
    createOnUpdate: definition.createOnUpdate ?? false,
    validateName: definition.validateName ?? whyNoDnsSubdomain,
    validate: validationOf(definition),
  }
}

/** What the schema requires, then what the kind's file says. */
function validationOf<T extends KubeObject>(definition: KindDefinition<T>): KindStrategy<T>['validate'] {
  const { schema, validate = () => {} } = definition
  if (isBuiltIn(schema)) return validate
  return (object, errors) => {
    validateRequiredFields(object, schema, '', errors)
    validate(object, errors)
  }
}
