import type { webcrypto } from 'node:crypto'
import type * as X509 from '@peculiar/x509'
import type { Random } from '../../lib/random.ts'

/** A certificate and its private key (PKCS #8), both PEM. */
export interface Credentials {
  readonly certificate: string
  readonly key: string
}

export interface CertificateRequest {
  readonly commonName: string
  readonly organizations?: readonly string[]
  readonly usage: 'ca' | 'server' | 'client'
  readonly names?: SubjectNames
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** What a server certificate is good for. */
export interface SubjectNames {
  readonly dns: readonly string[]
  readonly ip: readonly string[]
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/** Makes a P-256 key and a certificate for it: signed by `issuer`, or by itself when there is none (RFC 5280). */
export async function signCertificate(
  request: CertificateRequest,
  issuer: Credentials | undefined,
  random: Random,
): Promise<Credentials> {
  const x509 = await loadX509()
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const subject = subjectOf(x509, request)
  const signer = issuer && (await readSigner(x509, issuer))
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(random),
    subject,
    issuer: signer?.subject ?? subject,
    notBefore: new Date(request.notBeforeMs),
    notAfter: new Date(request.notAfterMs),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: signer?.key ?? keys.privateKey,
    extensions: await extensionsOf(x509, request, keys.publicKey, signer?.publicKey ?? keys.publicKey),
  })
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  }
}

/** Imported on first use: most starts find their certificates in place, and the library takes its time to load. */
async function loadX509(): Promise<typeof X509> {
  await import('reflect-metadata')
  return await import('@peculiar/x509')
}

function subjectOf(x509: typeof X509, request: CertificateRequest): X509.Name {
  return new x509.Name([
    ...(request.organizations ?? []).map(organization => ({ O: [organization] })),
    { CN: [request.commonName] },
  ])
}

async function readSigner(x509: typeof X509, issuer: Credentials) {
  const certificate = new x509.X509Certificate(issuer.certificate)
  const [pkcs8] = x509.PemConverter.decode(issuer.key)
  if (pkcs8 === undefined) throw new Error('the private key of the certificate authority is not readable')
  return {
    subject: certificate.subjectName,
    publicKey: await certificate.publicKey.export(),
    key: await crypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']),
  }
}

/** 126 random bits, positive. */
function serialNumber(random: Random): string {
  const bytes = random.bytes(16)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return Buffer.from(bytes).toString('hex')
}

async function extensionsOf(
  x509: typeof X509,
  request: CertificateRequest,
  publicKey: webcrypto.CryptoKey,
  issuerKey: webcrypto.CryptoKey,
): Promise<X509.Extension[]> {
  const isAuthority = request.usage === 'ca'
  const { KeyUsageFlags } = x509
  const usages = isAuthority ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature
  const extensions: X509.Extension[] = [
    new x509.BasicConstraintsExtension(isAuthority, isAuthority ? 0 : undefined, true),
    new x509.KeyUsagesExtension(usages, true),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
  ]
  if (!isAuthority)
    extensions.push(new x509.ExtendedKeyUsageExtension([request.usage === 'server' ? SERVER_AUTH : CLIENT_AUTH]))
  if (request.names) extensions.push(new x509.SubjectAlternativeNameExtension(alternativeNames(request.names)))
  return extensions
}

function alternativeNames(names: SubjectNames): { type: 'dns' | 'ip'; value: string }[] {
  return [
    ...names.dns.map(value => ({ type: 'dns' as const, value })),
    ...names.ip.map(value => ({ type: 'ip' as const, value })),
  ]
}
