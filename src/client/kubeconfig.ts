import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'

/** Where a server is and who we are there. All texts are PEM but `server` and `token`. */
export interface ServerAccess {
  /** `https://127.0.0.1:6443`. */
  readonly server: string
  /** What the server's certificate must be signed by; the system's authorities when left out. */
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
  readonly token?: string
}

/** Reads the current context of a kubeconfig. Throws an error that names the file and what is missing in it. */
export async function loadKubeconfig(path: string): Promise<ServerAccess> {
  const config = parseConfig(path, await readText(path))
  const fail = (why: string): never => {
    throw new Error(`${path}: ${why}`)
  }
  const contextName = config['current-context'] || fail('current-context is missing: choose one of its contexts')
  const context = entry(config['contexts'], contextName, 'context') ?? fail(`there is no context ${contextName}`)
  const cluster =
    entry(config['clusters'], context['cluster'], 'cluster') ?? fail(`context ${contextName} names no cluster`)
  const user = entry(config['users'], context['user'], 'user') ?? fail(`context ${contextName} names no user`)
  const { server } = cluster
  if (typeof server !== 'string') return fail('the cluster has no server address')
  const pem = (from: Fields, field: string) => pemOf(from, field, dirname(path))
  const [ca, certificate, key] = await Promise.all([
    pem(cluster, 'certificate-authority'),
    pem(user, 'client-certificate'),
    pem(user, 'client-key'),
  ])
  return {
    server,
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
    ...(typeof user['token'] === 'string' && { token: user['token'] }),
  }
}

type Fields = { readonly [field: string]: unknown }

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why =
      code === 'ENOENT' ? 'does not exist' : code === 'EACCES' ? 'may not be read by this user' : 'cannot be read'
    throw new Error(`the kubeconfig ${path} ${why}`, { cause })
  }
}

function parseConfig(path: string, text: string): Fields {
  let value: unknown
  try {
    value = parse(text, { maxAliasCount: 0 })
  } catch (cause) {
    throw new Error(`${path} is not a kubeconfig: ${(cause as Error).message}`, { cause })
  }
  if (typeof value !== 'object' || value === null) throw new Error(`${path} is not a kubeconfig: it is empty`)
  return value as Fields
}

/** `[{name, <field>: {...}}]` -> the fields of the entry with that name. */
function entry(list: unknown, name: unknown, field: string): Fields | undefined {
  if (!Array.isArray(list)) return undefined
  const found = (list as Fields[]).find(each => each?.['name'] === name)?.[field]
  return typeof found === 'object' && found !== null ? (found as Fields) : undefined
}

/** `<field>-data` in base64, or a file that `<field>` names, relative to the kubeconfig. */
async function pemOf(fields: Fields, field: string, directory: string): Promise<string | undefined> {
  const data = fields[`${field}-data`]
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8')
  const file = fields[field]
  return typeof file === 'string' ? await readText(resolve(directory, file)) : undefined
}
