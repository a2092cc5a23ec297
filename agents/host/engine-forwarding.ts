import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tryCommand } from './run-command.ts'

const CHAIN = 'DOCKER-USER'

/**
 * A Docker engine forbids the machine to pass packets on that are not its own, and no rule of another table can allow
 * them again. It leaves one chain to others, and there pods' packets are let through. `journal`: a file of the agent's
 * data directory, by which it is undone.
 */
export function createEngineForwarding(journal: string) {
  return {
    /** Idempotent; the engine may have been installed, or have lost its rules, since the last time. */
    async allow(cidr: string): Promise<void> {
      if (!(await hasChain())) return
      writeFileSync(journal, JSON.stringify({ cidr }), { mode: 0o600 })
      for (const rule of rulesOf(cidr))
        if (!(await iptables('-C', CHAIN, ...rule))) await iptables('-I', CHAIN, ...rule)
    },
    /** Puts the machine back as it was. Harmless when there is nothing. */
    async forget(): Promise<void> {
      const cidr = readJournal(journal)
      if (cidr === undefined) return
      for (const rule of rulesOf(cidr)) await iptables('-D', CHAIN, ...rule)
      rmSync(journal, { force: true })
    },
  }
}

function rulesOf(cidr: string): readonly (readonly string[])[] {
  return [
    ['-s', cidr, '-j', 'ACCEPT'],
    ['-d', cidr, '-j', 'ACCEPT'],
  ]
}

function hasChain(): Promise<boolean> {
  return iptables('-n', '-L', CHAIN)
}

async function iptables(...args: readonly string[]): Promise<boolean> {
  const result = await tryCommand(['iptables', '-w', ...args]).catch(() => undefined)
  return result?.exitCode === 0
}

function readJournal(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { cidr: string }).cidr
  } catch {
    return undefined
  }
}
