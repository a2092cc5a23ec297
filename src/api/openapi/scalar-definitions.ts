import type { ScalarSchema } from '../schema.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'

/** Scalars that OpenAPI knows by names of their own. */
export const SCALAR_DEFINITIONS: Readonly<Record<string, Record<string, unknown>>> = {
  [`${META}.Time`]: { description: 'A time in whole seconds, as in RFC 3339.', type: 'string', format: 'date-time' },
  [`${META}.MicroTime`]: {
    description: 'A time in microseconds, as in RFC 3339.',
    type: 'string',
    format: 'date-time',
  },
  [QUANTITY]: {
    description:
      'An amount: a number with an optional suffix (m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei) or exponent.',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  },
  [INT_OR_STRING]: {
    description: 'A whole number or a text.',
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
}

const REFERENCES: Partial<Record<ScalarSchema['type'], string>> = {
  time: `${META}.Time`,
  'micro-time': `${META}.MicroTime`,
  quantity: QUANTITY,
  'int-or-string': INT_OR_STRING,
}

/** The definition's name; undefined when the scalar has none. */
export function scalarReference(type: ScalarSchema['type']): string | undefined {
  return REFERENCES[type]
}
