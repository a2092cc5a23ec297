import { hostname } from 'node:os'
import { join } from 'node:path'
import { quoteWord } from '../../../agents/host/shell-quote.ts'
import { findEngine } from '../../../agents/node/docker-driver/engine-socket.ts'
import { createLogger } from '../../lib/system-logger.ts'
import { agentLog, endAgent, startAgent } from '../agent-process.ts'
import type { ControlPlane } from '../control-plane.ts'
import { startControlPlane } from '../control-plane.ts'
import type { DataDirectory } from '../data-directory.ts'
import { findDataDirectory } from '../data-directory.ts'
import { keepAgent } from '../keep-agent.ts'
import { nodeNamesOf } from '../node-names.ts'
import { colors } from '../output/colors.ts'
import { openFileLog } from '../output/file-log.ts'
import { pushTemplate } from '../push-template.ts'
import { type Farewell, untilTold } from '../run-until-told.ts'
import type { Ranges, ServingOptions } from '../serving-options.ts'
import { chooseRanges } from '../serving-options.ts'
import { showProgress } from '../show-progress.ts'
import { UsageError } from '../usage-error.ts'
import { writeNodeKubeconfig } from '../write-node-kubeconfig.ts'

interface UpOptions extends ServingOptions {
  readonly runtime: 'auto' | 'docker' | 'process' | 'fake'
  readonly isolation: string
  readonly nodes: string
  readonly keep: boolean
  readonly template: boolean
}

/** `pintle up`: control plane in this process, agent in another, in the foreground until told to end. */
export async function up(options: UpOptions): Promise<void> {
  const startedMs = performance.now()
  const directory = findDataDirectory(options.dataDir)
  if (!/^[1-9]\d{0,3}$/.test(options.nodes))
    throw new UsageError(`--nodes takes a number from 1 to 9999, not ${options.nodes}`)
  if (options.nodes !== '1' && options.runtime !== 'fake') throw new UsageError('--nodes goes with --runtime fake')
  directory.prepare()
  const lock = directory.lock()
  const ranges = chooseRanges(options, directory.readServerState())
  const farewell = untilTold()
  const log = createLogger(options.logFormat, openFileLog(join(directory.path, 'server.log')))
  const plane = await startControlPlane({ directory, serving: options, ranges, log })
  let node: Awaited<ReturnType<typeof startNode>> | undefined
  try {
    node = await startNode(directory, options, ranges, plane)
    announceReady(directory, plane, startedMs)
    const introduction = await Promise.race([introduce(directory, options, plane), farewell.then(() => undefined)])
    if (introduction !== undefined) console.log(introduction)
    const told = await farewell
    await node.stop()
    await sayGoodbye(told, directory, options)
  } catch (error) {
    // The node of a server that could not begin would wait for it for ever.
    await node?.stop()
    await endAgent(directory, 'SIGTERM')
    throw error
  } finally {
    directory.clearReady()
    await plane.stop()
    directory.forgetServer()
    lock.release()
  }
  process.exit(0)
}

async function startNode(
  directory: DataDirectory,
  options: UpOptions,
  ranges: Ranges,
  plane: ControlPlane,
): Promise<ReturnType<typeof keepAgent>> {
  const nodeName =
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9.-]/g, '-')
      .replace(/^[.-]+|[.-]+$/g, '') || 'node'
  for (const each of nodeNamesOf(nodeName, Number(options.nodes))) {
    await writeNodeKubeconfig(directory.nodeKubeconfig(each), { ...plane, nodeName: each })
  }
  const wanted = {
    kubeconfig: directory.nodeKubeconfig(nodeName),
    nodeName,
    runtime: options.runtime,
    isolation: options.isolation,
    nodes: options.nodes,
    serviceCidr: ranges.serviceCidr,
    clusterCidr: ranges.clusterCidr,
    logFormat: options.logFormat,
  }
  const agent = await startAgent(directory, wanted)
  const verb = agent.isTakenOver ? 'goes on with' : 'started'
  console.log(colors.dim(`Node ${nodeName}: ${verb} agent ${agent.pid}, log in ${agentLog(directory)}`))
  return keepAgent(directory, wanted, line => console.log(colors.dim(line)))
}

function announceReady(directory: DataDirectory, { api }: ControlPlane, startedMs: number): void {
  directory.setReady()
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  console.log(`Ready in ${seconds} s, API at https://${api.host}:${api.port}`)
}

/** Shows the applications' way; resolves with what to do next when they have settled. */
async function introduce(directory: DataDirectory, options: UpOptions, plane: ControlPlane): Promise<string> {
  if (options.template) await pushTemplate(plane)
  await showProgress(plane.client)
  const engine = options.runtime === 'process' ? await findEngine() : undefined
  const steps = nextSteps(directory, plane)
  if (engine === undefined) return steps
  return `${steps}\nA Docker engine answers at ${engine}: after 'pintle down', PINTLE_RUNTIME=docker runs pods on it.`
}

function nextSteps(directory: DataDirectory, plane: ControlPlane): string {
  // Started by `npm start` or `npx pintle`: a shell does not find the command by itself.
  const pintle = process.env['npm_command'] === undefined ? 'pintle' : 'npx pintle'
  return `
${colors.bold('What next')}
  git clone ${quoteWord(directory.repository())} my-cluster
      change something, commit, git push: it prints the plan, then the outcome
  ${pintle} status
  kubectl --kubeconfig ${quoteWord(directory.kubeconfig())} get pods -A
  http://${plane.http.host}:${plane.http.port}/login?code=${plane.issuePageCode()}
      the page; this address opens it once, within ten minutes

Git over HTTP: http://${plane.http.host}:${plane.http.port}/git/cluster.git (${pintle} init my-cluster sets it up)
Ctrl-C stops everything; ${pintle} down does it from elsewhere.`
}

async function sayGoodbye(farewell: Farewell, directory: DataDirectory, options: UpOptions): Promise<void> {
  if (farewell === 'leave-pods' || options.keep) {
    console.log('\nStopping; pods go on and are taken over at the next start.')
    return
  }
  console.log('\nStopping pods and everything else. Ctrl-C again ends at once.')
  await endAgent(directory, 'SIGINT')
}
