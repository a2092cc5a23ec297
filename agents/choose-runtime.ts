import { runtimeOfPods } from './agent-directory.ts'
import { findEngine } from './node/docker-driver/engine-socket.ts'

export type Runtime = 'docker' | 'process' | 'fake'

/**
 * What runs pods: as asked for; with `auto` what runs pods here already, else Docker where an engine answers. Throws when
 * pods of another runtime are here: nobody would look after them any more.
 */
export async function chooseRuntime(wanted: Runtime | 'auto', directory: string): Promise<Runtime> {
  const present = runtimeOfPods(directory)
  if (wanted === 'auto') return present ?? ((await findEngine()) === undefined ? 'process' : 'docker')
  if (present !== undefined && present !== wanted && wanted !== 'fake') {
    throw new Error(
      `pods of the ${present} runtime run here: stop them with 'pintle down' first, or go on with --runtime ${present}`,
    )
  }
  return wanted
}
