import { dirname, join } from 'node:path'
import type { RunningAgent } from '../../../agents/main.ts'
import { runAgent } from '../../../agents/main.ts'
import type { IsolationMode } from '../../../agents/node/process-driver/isolation.ts'
import { loadKubeconfig } from '../../client/kubeconfig.ts'
import { systemClock } from '../../lib/system-clock.ts'
import { createLogger } from '../../lib/system-logger.ts'
import { systemRandom } from '../../lib/system-random.ts'
import { KUBERNETES_VERSION } from '../../server/kubernetes-version.ts'
import { findDataDirectory } from '../data-directory.ts'
import { checkNodeName, nodeNamesOf, podCidrOf } from '../node-names.ts'
import { openFileLog } from '../output/file-log.ts'
import { readNodeKubeconfig } from '../read-node-kubeconfig.ts'
import { untilTold } from '../run-until-told.ts'
import { chooseRanges } from '../serving-options.ts'
import { UsageError } from '../usage-error.ts'

interface AgentCommandOptions {
  readonly kubeconfig: string
  readonly nodeName?: string
  readonly dataDir?: string
  readonly runtime: 'auto' | 'docker' | 'process' | 'fake'
  readonly isolation: 'auto' | IsolationMode
  readonly nodes: string
  readonly serviceCidr?: string
  readonly clusterCidr?: string
  readonly logFile?: string
  readonly logFormat: 'text' | 'json'
}

/** `pintle agent`: a node (with the fake runtime: several) until told to end. Its log goes to standard error. */
export async function agent(options: AgentCommandOptions): Promise<void> {
  const own = await readNodeKubeconfig(options.kubeconfig)
  const name = options.nodeName ?? own.nodeName
  if (name === undefined) {
    await loadKubeconfig(options.kubeconfig)
    throw new UsageError(`${options.kubeconfig} is no node's: make one with 'pintle node add', or give --node-name`)
  }
  checkNodeName('--node-name', name)
  const farewell = untilTold({ canEndAtOnce: process.stdin.isTTY })
  const toStandardError = (line: string) => process.stderr.write(`${line}\n`)
  const write = options.logFile === undefined ? toStandardError : openFileLog(options.logFile)
  const log = createLogger(options.logFormat, write)
  const directory = options.dataDir ?? findDataDirectory(undefined).agent()
  const { serviceCidr, clusterCidr } = chooseRanges(
    options,
    own.serviceCidr === undefined ? undefined : { serviceCidr: own.serviceCidr },
  )
  const { major, minor, patch } = KUBERNETES_VERSION
  const names = nodeNamesOf(name, Number(options.nodes))
  const agents: RunningAgent[] = []
  for (const [index, nodeName] of names.entries()) {
    agents.push(
      await runAgent({
        kubeconfig:
          names.length === 1 ? options.kubeconfig : join(dirname(options.kubeconfig), `${nodeName}.kubeconfig`),
        dataDirectory: names.length === 1 ? directory : join(directory, nodeName),
        nodeName,
        runtime: options.runtime,
        isolation: options.isolation,
        clock: systemClock,
        random: systemRandom,
        log: log.with({ node: nodeName }),
        version: `v${major}.${minor}.${patch}+pintle`,
        podCidr: (names.length === 1 && own.podCidr) || podCidrOf(clusterCidr, index),
        serviceCidr,
        // Service addresses belong to the machine: one of its nodes serves them.
        proxy: index === 0 && options.runtime !== 'fake',
        masks: [dirname(directory)],
      }),
    )
  }
  const keepContainers = (await farewell) === 'leave-pods'
  await Promise.all(agents.map(each => each.stop(keepContainers)))
  process.exit(0)
}
