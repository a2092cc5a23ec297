import { Command, CommanderError, Option } from 'commander'
import { messageOf } from '../lib/message-of.ts'
import { VERSION } from './version.ts'

/** The command line. Each command's code is loaded when it is called, so that every command starts fast. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await buildProgram().parseAsync([...argv])
  } catch (error) {
    // A server that could not start may hold things open that nobody ends any more.
    process.exit(explain(error))
  }
}

/** 1 = refused or failed, 2 = changes (`plan`), 3 = held (`wait`); 0 = done. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode
  const message = isNoSpace(error) ? NO_SPACE : messageOf(error)
  console.error(`pintle: ${message}`)
  if (process.env['PINTLE_DEBUG'] && error instanceof Error) console.error(error.stack)
  else if (!isSentence(error)) console.error('(set PINTLE_DEBUG=1 to see where)')
  return 1
}

/** Our own errors say what to do; those of the engine and of the system do not. */
function isSentence(error: unknown): boolean {
  if (isNoSpace(error)) return true
  const isFault = [TypeError, RangeError, ReferenceError, SyntaxError].some(fault => error instanceof fault)
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown }
  return error instanceof Error && !isFault && syscall === undefined && !String(code).startsWith('ERR_')
}

const NO_SPACE =
  'there is no space left on the file system of the data directory: free some, or choose another with --data-dir'

function isNoSpace(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return code === 'ENOSPC' || /database or disk is full|ENOSPC/.test(String(message))
}

function buildProgram(): Command {
  const program = new Command('pintle')
  program
    .description('Push manifests to Git and they run; every change and every outcome is a commit.')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showHelpAfterError("(try 'pintle --help')")
    .addHelpText('after', PROGRAM_EXAMPLES)
  addServing(program)
  addLooking(program)
  addActing(program)
  addRepository(program)
  program
    .command('version')
    .description('Print the version')
    .action(() => console.log(VERSION))
  return program
}

const PROGRAM_EXAMPLES = `
Start here:
  pintle up                       run everything on this machine
  git clone <printed address>     the desired state, as a repository
  git push                        prints the plan, then the outcome

Exit codes: 0 done, 1 failed or refused, 2 there are changes (plan), 3 held (wait).`

/** An option that can also be given by its environment variable, named after it. */
function option(flags: string, description: string): Option {
  const name = flags.match(/--([a-z-]+)/)?.[1] ?? ''
  return new Option(flags, description).env(`PINTLE_${name.toUpperCase().replaceAll('-', '_')}`)
}

const dataDirOption = () => option('--data-dir <dir>', 'where everything is kept')
const isolationOption = () =>
  option('--isolation <kind>', 'with processes: how far pods are separated; auto takes the best that works here')
    .choices(['auto', 'overlay', 'user-namespace', 'plain'])
    .default('auto')
const outputOption = () =>
  new Option('-o, --output <format>', 'print data instead of a table').choices(['json', 'yaml'])

function servingOptions(command: Command): Command {
  return command
    .addOption(dataDirOption())
    .addOption(option('--api-address <host:port>', 'Kubernetes API, HTTPS (default 127.0.0.1:6443)'))
    .addOption(option('--http-address <host:port>', 'page and Git, HTTP (default 127.0.0.1:7070)'))
    .addOption(option('--store <kind>', 'live store').choices(['embedded']).default('embedded'))
    .addOption(
      option('--service-cidr <cidr>', 'addresses of services (default 10.96.0.0/16; 127.96.0.0/16 without root)'),
    )
    .addOption(option('--cluster-cidr <cidr>', 'addresses of pods (default 10.244.0.0/16; 127.97.0.0/16 without root)'))
    .addOption(option('--log-format <format>', 'log lines').choices(['text', 'json']).default('text'))
}

function addServing(program: Command): void {
  servingOptions(program.command('up'))
    .description('Run the control plane and a node on this machine, in the foreground')
    .addOption(
      option('--runtime <kind>', 'how containers run').choices(['auto', 'docker', 'process', 'fake']).default('auto'),
    )
    .addOption(option('--nodes <n>', 'with --runtime fake: this many nodes').default('1'))
    .addOption(isolationOption())
    .option('--keep', 'Ctrl-C leaves pods running, to be adopted at the next start', false)
    .addOption(new Option('--template', 'push the first repository into an empty cluster').default(false).hideHelp())
    .addHelpText('after', UP_EXAMPLES)
    .action(async options => (await import('./commands/up.ts')).up(options))
  servingOptions(program.command('server'))
    .description('Run the control plane alone; nodes join with pintle agent')
    .option('--node <name...>', 'write <data dir>/agent/<name>.kubeconfig for these nodes')
    .action(async options => (await import('./commands/server.ts')).server(options))
  program
    .command('agent')
    .description('Run a node of a cluster whose control plane is elsewhere')
    .requiredOption('--kubeconfig <file>', 'what pintle node add wrote for this node')
    .option('--node-name <name>', 'name of the node; the one the file was made for when left out')
    .addOption(dataDirOption())
    .addOption(
      option('--runtime <kind>', 'how containers run').choices(['auto', 'docker', 'process', 'fake']).default('auto'),
    )
    .addOption(option('--nodes <n>', 'with --runtime fake: this many nodes').default('1'))
    .addOption(isolationOption())
    .addOption(option('--service-cidr <cidr>', 'addresses of services'))
    .addOption(option('--cluster-cidr <cidr>', 'addresses of pods'))
    .addOption(option('--log-file <file>', 'where log lines go; standard error when left out'))
    .addOption(option('--log-format <format>', 'log lines').choices(['text', 'json']).default('text'))
    .action(async options => (await import('./commands/agent.ts')).agent(options))
  program
    .command('node')
    .description('Nodes on other machines')
    .command('add')
    .description('Write the file with which a further machine joins')
    .argument('<name>')
    .option('--file <file>', 'where to; <name>.kubeconfig when left out')
    .addOption(dataDirOption())
    .action(async (name, options) => (await import('./commands/node.ts')).addNode(name, options))
  program
    .command('down')
    .description('Stop what pintle up started, its pods too')
    .addOption(dataDirOption())
    .option('--purge', 'also remove the data directory: repository, store and keys', false)
    .action(async options => (await import('./commands/down.ts')).down(options))
}

const UP_EXAMPLES = `
Ctrl-C stops pods and everything else; a second Ctrl-C ends at once.
SIGTERM or a closed terminal stops as cleanly but leaves pods running.

Examples:
  pintle up                          all defaults
  pintle up --runtime fake --nodes 3 try out manifests without running anything`

function addLooking(program: Command): void {
  program
    .command('status')
    .description('Applications, where they stand and why')
    .addOption(dataDirOption())
    .addOption(outputOption())
    .action(async options => (await import('./commands/status.ts')).status(options))
  program
    .command('plan')
    .description('What a commit or branch would change in the cluster, compared with what runs')
    .argument('[ref]', 'commit, branch or tag of the repository', 'main')
    .addOption(dataDirOption())
    .addOption(outputOption())
    .addHelpText('after', '\nExit codes: 0 nothing would change, 2 something would, 1 it cannot be planned.')
    .action(async (ref, options) => (await import('./commands/plan.ts')).plan(ref, options))
  program
    .command('history')
    .description('Rollouts: what was deployed, by whom, and how it went')
    .argument('[application]', 'only this one')
    .addOption(dataDirOption())
    .addOption(outputOption())
    .action(async (name, options) => (await import('./commands/history.ts')).history(name, options))
  program
    .command('wait')
    .description('Wait until a commit is rolled out')
    .argument('<commit>', 'commit, branch or tag of the repository')
    .addOption(dataDirOption())
    .option('--timeout <seconds>', 'give up after', '300')
    .addHelpText('after', '\nExit codes: 0 healthy, 1 not healthy or timed out, 3 held and waiting for an approval.')
    .action(async (commit, options) => (await import('./commands/wait.ts')).wait(commit, options))
}

function addActing(program: Command): void {
  program
    .command('rollback')
    .description('Bring an application back to an earlier rollout, by a commit that leaves the others untouched')
    .argument('<application>')
    .option('--to <number>', 'rollout to go back to; the last healthy one before the current when left out')
    .option('--with-shared', 'also restore files that other applications read', false)
    .addOption(dataDirOption())
    .action(async (name, options) => (await import('./commands/operate.ts')).rollback(name, options))
  program
    .command('retry')
    .description('Try again what was rolled back or failed')
    .argument('<application>')
    .addOption(dataDirOption())
    .action(async (name, options) => (await import('./commands/operate.ts')).retry(name, options))
  program
    .command('approve')
    .description('Release exactly the deletes that are held, by the digest that was printed')
    .argument('<application>')
    .argument('<digest>')
    .addOption(dataDirOption())
    .action(async (name, digest, options) => (await import('./commands/operate.ts')).approve(name, digest, options))
}

function addRepository(program: Command): void {
  program
    .command('init')
    .description('Clone the cluster repository into a directory, with its credentials set up')
    .argument('<dir>')
    .addOption(dataDirOption())
    .action(async (dir, options) => (await import('./commands/init.ts')).init(dir, options))
  program
    .command('git-credential')
    .description("Git's credential helper for the HTTP remote; called by git")
    .argument('<operation>')
    .addOption(dataDirOption())
    .action(async (operation, options) =>
      (await import('./commands/git-credential.ts')).gitCredential(operation, options),
    )
}
