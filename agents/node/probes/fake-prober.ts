import type { FakeDriver } from '../fake-driver.ts'
import type { ProbeAction, ProbeResult, Prober } from './prober.ts'

/** Says of a fake container what its pod's annotations say. */
export class FakeProber implements Prober {
  readonly #driver: FakeDriver

  constructor(driver: FakeDriver) {
    this.#driver = driver
  }

  async probe(containerId: string, action: ProbeAction, _timeoutMs: number): Promise<ProbeResult> {
    if (action.type === 'unsupported') return { ok: false, message: `${action.what} is not supported` }
    const ok = this.#driver.isReady(containerId)
    return { ok, message: ok ? '' : 'not ready yet' }
  }
}
