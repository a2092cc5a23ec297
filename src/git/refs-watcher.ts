import { join } from 'node:path'
import { watch } from 'chokidar'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'

/**
 * Tells that refs may have moved, by whatever road: a push, a push with hooks skipped, `git update-ref` by hand,
 * `git pack-refs`. Events of one moment become one call. Where watching fails (no inotify watches left) it looks again
 * every POLL_MS instead, and says so once.
 */
export function watchRefs({ path, clock, log, onChange }: RefsWatch): { close(): Promise<void> } {
  let closed = false
  let gathering: Timer | undefined
  let polling: Timer | undefined
  const changed = () => {
    gathering ??= clock.setTimer(GATHER_MS, () => {
      gathering = undefined
      if (!closed) onChange()
    })
  }
  const poll = () => {
    polling = clock.setTimer(POLL_MS, () => {
      if (closed) return
      onChange()
      poll()
    })
  }
  const watcher = watch([join(path, 'refs'), join(path, 'packed-refs')], {
    ignoreInitial: true,
    ignored: name => name.endsWith('.lock') || ENGINE_FOLDERS.some(folder => name.startsWith(join(path, folder))),
  })
  watcher.on('all', changed)
  watcher.on('ready', changed) // what moved while it was starting was not seen
  watcher.on('error', error => {
    if (polling !== undefined || closed) return
    log.log('warn', 'refs cannot be watched; looking every few seconds instead', {
      error: String(error),
      everyMs: POLL_MS,
    })
    poll()
  })
  return {
    async close() {
      closed = true
      gathering?.cancel()
      polling?.cancel()
      await watcher.close()
    },
  }
}

interface RefsWatch {
  readonly path: string
  readonly clock: Clock
  readonly log: Logger
  onChange(): void
}

const GATHER_MS = 5
const POLL_MS = 2_000
/** A ref for each application and each rollout, moved by the engine alone: not worth a watch each. */
const ENGINE_FOLDERS = ['refs/pintle', 'refs/heads/pintle']
