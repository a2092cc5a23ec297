import { AUTHORITATIVE_ANSWER, decode, encode, type Packet, RECURSION_AVAILABLE, TRUNCATED_RESPONSE } from 'dns-packet'
import type { Zone, ZoneRecord } from './zone.ts'
import { CLUSTER_DOMAIN, podAddress } from './zone.ts'

/** Seconds an answer may be kept: names change with every rollout. */
const TTL_SECONDS = 5
const UDP_BYTES = 512
/** What passes every network in one piece. */
const UDP_BYTES_MAX = 1_232
const FORMAT_ERROR = 1
const SERVER_FAILURE = 2
const NO_SUCH_NAME = 3
const NOT_IMPLEMENTED = 4
const RECURSION_DESIRED = 1 << 8

export type Answer =
  | { readonly type: 'reply'; readonly bytes: Uint8Array }
  /** Not a name of ours: somebody else is to be asked. */
  | { readonly type: 'forward' }
  /** Not even a question: nothing is said. */
  | { readonly type: 'ignore' }

/** Answers one message from the zone. Pure. `bytesMax`: of the reply; undefined for TCP. */
export function answerFrom(zone: Zone, message: Uint8Array, isStream: boolean): Answer {
  let query: Packet
  try {
    query = decode(Buffer.from(message))
  } catch {
    return { type: 'ignore' }
  }
  const question = query.questions?.[0]
  if (query.type !== 'query') return { type: 'ignore' }
  if (question === undefined || query.questions?.length !== 1) return reply(query, FORMAT_ERROR, [], isStream)
  if (((query.flags ?? 0) >> 11) & 15) return reply(query, NOT_IMPLEMENTED, [], isStream)
  const name = question.name.toLowerCase().replace(/\.$/, '')
  const isOurs = name === CLUSTER_DOMAIN || name.endsWith(`.${CLUSTER_DOMAIN}`)
  const records = lookUp(zone, name)
  if (!isOurs && records === undefined) return { type: 'forward' }
  if (records === undefined) return reply(query, NO_SUCH_NAME, [], isStream)
  const fitting = records.filter(
    ({ type }) => type === question.type || type === 'CNAME' || (question.type as string) === 'ANY',
  )
  return reply(query, 0, fitting, isStream)
}

/** The message came, and whoever should know the answer does not say it. */
export function serverFailure(message: Uint8Array): Uint8Array | undefined {
  try {
    const answer = reply(decode(Buffer.from(message)), SERVER_FAILURE, [], true)
    return answer.type === 'reply' ? answer.bytes : undefined
  } catch {
    return undefined
  }
}

function lookUp(zone: Zone, name: string): readonly ZoneRecord[] | undefined {
  const known = zone.get(name)
  if (known !== undefined) return known
  const address = podAddress(name)
  return address === undefined ? undefined : [{ type: 'A', data: address }]
}

function reply(query: Packet, rcode: number, records: readonly ZoneRecord[], isStream: boolean): Answer {
  const name = query.questions?.[0]?.name ?? '.'
  const flags = AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED) | rcode
  const packet: Packet = {
    type: 'response',
    id: query.id ?? 0,
    flags,
    questions: query.questions ?? [],
    // The name as it was asked, letter by letter: clients check it.
    answers: records.map(
      record => ({ ...record, name, ttl: TTL_SECONDS, class: 'IN' }) as NonNullable<Packet['answers']>[number],
    ),
    authorities: records.length > 0 || rcode === FORMAT_ERROR ? [] : [NEGATIVE],
    additionals: [],
  }
  const bytes = encode(packet)
  if (isStream || bytes.length <= udpBytes(query)) return { type: 'reply', bytes }
  const short = encode({ ...packet, flags: flags | TRUNCATED_RESPONSE, answers: [], authorities: [] })
  return { type: 'reply', bytes: short }
}

function udpBytes({ additionals }: Packet): number {
  const edns = additionals?.find(each => each.type === 'OPT') as { udpPayloadSize?: number } | undefined
  return Math.max(UDP_BYTES, Math.min(UDP_BYTES_MAX, edns?.udpPayloadSize ?? UDP_BYTES))
}

/** How long "there is none" may be kept. */
const NEGATIVE = {
  type: 'SOA' as const,
  name: CLUSTER_DOMAIN,
  ttl: TTL_SECONDS,
  data: {
    mname: `ns.dns.${CLUSTER_DOMAIN}`,
    rname: `hostmaster.${CLUSTER_DOMAIN}`,
    serial: 1,
    refresh: 7_200,
    retry: 1_800,
    expire: 86_400,
    minimum: TTL_SECONDS,
  },
}
