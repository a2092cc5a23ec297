import type { Clock } from '../lib/clock.ts'

/** Objects looked at in one go. A first look parses them (some 20 microseconds each): a few milliseconds in all. */
export const CHUNK_OBJECTS = 200

/** Lets everything else run, so that no long list stalls the event loop. */
export function giveWay(clock: Clock): Promise<void> {
  return new Promise(resolve => clock.setTimer(0, resolve))
}
