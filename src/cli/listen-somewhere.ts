import { AddressInUseError, type ListenAddress } from '../server/listener.ts'
import type { AddressChoice } from './serving-options.ts'
import { UsageError } from './usage-error.ts'

const PORTS_TRIED_MAX = 100

/** Something that can be made for an address and told to listen there. */
interface Listener {
  listen(): Promise<ListenAddress>
}

/** Binds the chosen port or, unless it was given by hand, the next free one. */
export async function listenSomewhere<L extends Listener>(
  option: string,
  choice: AddressChoice,
  make: (address: ListenAddress) => L | Promise<L>,
): Promise<{ readonly listener: L; readonly address: ListenAddress }> {
  for (let port = choice.port; port < choice.port + PORTS_TRIED_MAX && port <= 65_535; port++) {
    const listener = await make({ host: choice.host, port })
    try {
      return { listener, address: await listener.listen() }
    } catch (error) {
      if (!(error instanceof AddressInUseError)) throw new UsageError((error as Error).message)
      if (choice.isGiven) {
        throw new UsageError(
          `port ${port} on ${choice.host} (${option}) is taken by another program: stop it, or choose another port`,
        )
      }
    }
  }
  throw new UsageError(`no free port from ${choice.port} on: give one with ${option}`)
}
