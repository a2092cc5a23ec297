import { sleep } from '../../../src/lib/clock.ts'
import type { Journal, JournalRecord, JournalState } from '../../../src/store/journal.ts'
import type { KeyValue } from '../../../src/store/store.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** What is on the simulated disk: it outlives every process. */
export class SimulatedDisk {
  /** Nothing can be written. */
  isFull = false
  #revision = 0
  readonly #kvs = new Map<string, KeyValue>()
  #backup: readonly KeyValue[] = []

  get revision(): number {
    return this.#revision
  }

  read(): JournalState {
    return { revision: this.#revision, kvs: [...this.#kvs.values()] }
  }

  write(batch: readonly JournalRecord[]): void {
    for (const record of batch) {
      for (const kv of record.puts) this.#kvs.set(kv.key, kv)
      for (const key of record.deletes) this.#kvs.delete(key)
      this.#revision = record.revision
    }
  }

  /** Somebody copies the store. */
  backUp(): void {
    this.#backup = [...this.#kvs.values()]
  }

  /** The copy takes the place of the store. */
  restore(): void {
    this.wipe()
    for (const kv of this.#backup) this.#kvs.set(kv.key, kv)
  }

  /** Somebody deletes the store directory. Revisions go on above all that were given out. */
  wipe(): void {
    this.#kvs.clear()
    this.#revision += 1_000_000
  }
}

export interface DiskFaults {
  /** Per batch: the call fails; half of the time the bytes are on the disk all the same. */
  readonly failed: number
  readonly latencyMsMax: number
}

/** The store's journal on a simulated disk, as one process uses it. */
export class SimulatedJournal implements Journal {
  readonly #disk: SimulatedDisk
  readonly #process: SimulatedProcess
  readonly #faults: () => DiskFaults

  constructor(disk: SimulatedDisk, process: SimulatedProcess, faults: () => DiskFaults) {
    this.#disk = disk
    this.#process = process
    this.#faults = faults
  }

  load(): Promise<JournalState> {
    return this.#process.effect('disk load', async () => this.#disk.read())
  }

  commit(batch: readonly JournalRecord[]): Promise<void> {
    const { failed, latencyMsMax } = this.#faults()
    const { random, clock } = this.#process
    return this.#process.effect(`disk commit ${batch.at(-1)?.revision}`, async () => {
      if (latencyMsMax > 0) await sleep(clock, random.below(latencyMsMax + 1))
      if (this.#disk.isFull) throw new Error('no space left on device')
      const isFailure = random.chance(failed)
      if (!isFailure || random.chance(0.5)) this.#disk.write(batch)
      if (isFailure) throw new Error('input/output error')
    })
  }

  async close(): Promise<void> {}
}
