import { apiError } from '../api/api-error.ts'

/** One thing that must be well for this server to be ready; resolves with why it is not, or undefined. */
export interface ReadinessCheck {
  readonly name: string
  check(): Promise<string | undefined> | string | undefined
}

export interface HealthAnswer {
  readonly code: 200 | 500
  readonly text: string
}

/** `/livez`: the process answers, that is all there is to it. `/readyz`, `/healthz`: every check is well. */
export async function answerHealth(
  path: string,
  verbose: boolean,
  checks: readonly ReadinessCheck[],
): Promise<HealthAnswer> {
  const [, endpoint = '', only] = path.split('/')
  const wanted = only === undefined ? (endpoint === 'livez' ? [] : checks) : checks.filter(each => each.name === only)
  if (only !== undefined && only !== 'ping' && wanted.length === 0)
    throw apiError('NotFound', `there is no check ${JSON.stringify(only)}`)
  const results = [
    { name: 'ping', trouble: undefined as string | undefined },
    ...(await Promise.all(wanted.map(async each => ({ name: each.name, trouble: await each.check() })))),
  ]
  const failed = results.some(each => each.trouble !== undefined)
  const lines = results.map(({ name, trouble }) =>
    trouble === undefined ? `[+]${name} ok` : `[-]${name} failed: ${trouble}`,
  )
  const verdict = `${endpoint} check ${failed ? 'failed' : 'passed'}`
  return { code: failed ? 500 : 200, text: verbose || failed ? `${[...lines, verdict].join('\n')}\n` : 'ok' }
}
