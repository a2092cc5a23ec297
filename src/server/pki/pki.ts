import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../lib/clock.ts'
import type { Random } from '../../lib/random.ts'
import type { CertificateRequest, Credentials, SubjectNames } from './sign-certificate.ts'
import { signCertificate } from './sign-certificate.ts'
import { writePrivateFile } from './write-private-file.ts'

/**
 * The cluster's own certificate authority, kept in one directory (0700, files 0600): `ca`, `server`, `admin`, each as
 * `.crt` and `.key` in PEM. Whoever can read the directory is the administrator.
 */
export interface Pki {
  /** PEM; what clients trust, and what client certificates must be signed by. */
  readonly caCertificate: string
  /** For a TLS server reachable under `names`: the kept one, or a new one when it is near its end or lacks a name. */
  serverCredentials(names: SubjectNames): Promise<Credentials>
  /** User `admin`, group `system:masters`: kept, renewed when near its end. */
  adminCredentials(): Promise<Credentials>
  /** User `system:node:<name>`, group `system:nodes`: new at each call, kept by the agent alone. */
  nodeCredentials(nodeName: string): Promise<Credentials>
}

export interface PkiOptions {
  readonly directory: string
  readonly clock: Clock
  readonly random: Random
}

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3650
const LEAF_DAYS = 365
/** Certificates with less time left than this are made anew. */
const RENEW_BEFORE_DAYS = 120
/** Clocks of other machines may be behind. */
const BACKDATE_MS = 3_600_000

/** Opens the directory, making it and its authority on the first start. */
export async function openPki(options: PkiOptions): Promise<Pki> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 })
  await chmod(options.directory, 0o700)
  const authority = await keep(options, 'ca', () => true, {
    commonName: 'pintle',
    usage: 'ca',
    ...validity(options.clock, AUTHORITY_DAYS),
  })
  const leaf = (request: LeafRequest) =>
    signCertificate({ ...request, ...validity(options.clock, LEAF_DAYS) }, authority, options.random)
  const kept = (name: string, request: LeafRequest, isGood: (certificate: X509Certificate) => boolean) =>
    keep(
      options,
      name,
      certificate => isFromAuthority(certificate, authority) && isGood(certificate),
      { ...request, ...validity(options.clock, LEAF_DAYS) },
      authority,
    )
  return {
    caCertificate: authority.certificate,
    serverCredentials: names =>
      kept('server', { commonName: 'pintle-server', usage: 'server', names }, found => hasNames(found, names)),
    adminCredentials: () =>
      kept('admin', { commonName: 'admin', organizations: ['system:masters'], usage: 'client' }, () => true),
    nodeCredentials: nodeName =>
      leaf({ commonName: `system:node:${nodeName}`, organizations: ['system:nodes'], usage: 'client' }),
  }
}

type LeafRequest = Omit<CertificateRequest, 'notBeforeMs' | 'notAfterMs'>

function validity(clock: Clock, days: number) {
  const nowMs = clock.now()
  return { notBeforeMs: nowMs - BACKDATE_MS, notAfterMs: nowMs + days * DAY_MS }
}

/** The credentials of that name: those on disk while they are good, else new ones, written before they are used. */
async function keep(
  { directory, clock, random }: PkiOptions,
  name: string,
  isGood: (certificate: X509Certificate) => boolean,
  request: CertificateRequest,
  issuer?: Credentials,
): Promise<Credentials> {
  const certificatePath = join(directory, `${name}.crt`)
  const keyPath = join(directory, `${name}.key`)
  const found = await readCredentials(certificatePath, keyPath)
  if (found !== undefined) {
    const certificate = parseCertificate(certificatePath, found.certificate)
    const daysLeft = (certificate.validToDate.getTime() - clock.now()) / DAY_MS
    const ownKey = certificate.checkPrivateKey(createPrivateKey(found.key))
    if (ownKey && (issuer === undefined || (daysLeft > RENEW_BEFORE_DAYS && isGood(certificate)))) return found
    if (issuer === undefined)
      throw new Error(`${keyPath} is not the key of ${certificatePath}: restore both from one backup`)
  }
  const made = await signCertificate(request, issuer, random)
  // The key first: a certificate without its key is a state no start can mend, the reverse is made anew.
  await writePrivateFile(keyPath, made.key)
  await writePrivateFile(certificatePath, made.certificate)
  return made
}

/** Undefined unless both files are there and belong together. */
async function readCredentials(certificatePath: string, keyPath: string): Promise<Credentials | undefined> {
  const [certificate, key] = await Promise.all([readIfThere(certificatePath), readIfThere(keyPath)])
  if (certificate === undefined || key === undefined) return undefined
  return { certificate, key }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parseCertificate(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new Error(`${path} is not a certificate; remove it with its .key to have a new one made`, { cause })
  }
}

function isFromAuthority(certificate: X509Certificate, authority: Credentials): boolean {
  const issuer = new X509Certificate(authority.certificate)
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function hasNames(certificate: X509Certificate, names: SubjectNames): boolean {
  return (
    names.dns.every(name => certificate.checkHost(name, { wildcards: false }) !== undefined) &&
    names.ip.every(address => certificate.checkIP(address) !== undefined)
  )
}
