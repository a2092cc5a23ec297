import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Appends a line for each moved ref to `pushes.log` and syncs it, before the refs move: no landed push is missing. */
export function recordPush(logPath, push) {
  const time = new Date().toISOString()
  const lines = push.updates.map(update => `${JSON.stringify({ time, pusher: push.pusher, ...update })}\n`)
  const file = openSync(logPath, 'a+', 0o600)
  try {
    writeSync(file, `${isCutOff(file) ? '\n' : ''}${lines.join('')}`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  const folder = openSync(dirname(logPath), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** A loss of power can leave half a line: the next one must not be joined to it. */
function isCutOff(file) {
  const { size } = fstatSync(file)
  const last = Buffer.alloc(1)
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a
}
