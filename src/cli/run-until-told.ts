/**
 * How a server in the foreground is told to end. Ctrl-C (SIGINT) stops pods too; SIGTERM and a closed terminal
 * (SIGHUP) leave them. A second Ctrl-C ends at once.
 */
export type Farewell = 'stop-pods' | 'leave-pods'

export function untilTold(): Promise<Farewell> {
  return new Promise(resolve => {
    let told = false
    const tell = (farewell: Farewell) => {
      if (told && farewell === 'stop-pods') process.exit(130)
      told = true
      resolve(farewell)
    }
    process.on('SIGINT', () => tell('stop-pods'))
    process.on('SIGTERM', () => tell('leave-pods'))
    process.on('SIGHUP', () => tell('leave-pods'))
  })
}
