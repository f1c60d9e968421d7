import { readdirSync, readFileSync } from 'node:fs'
import { loadConfig, startAgent } from '@debrief/agent'
import { pino } from 'pino'
import { testClock } from './test-clock.ts'

/** An agent in a process of its own, whose time passes when its parent says so; it tells what it holds. */
const clock = testClock()
startAgent(loadConfig(process.env), { log: pino({ level: 'silent' }), clock })

export interface Held {
  heapBytes: number
  watches: number
  descriptors: number
}

process.on('message', ({ passMs, isAsked }: { passMs: number; isAsked: boolean }) => {
  // To see what is held all else is collected, which takes longer than most of what passes.
  void clock.pass(passMs).then(() => process.send?.(isAsked ? held() : null))
})
process.once('disconnect', () => process.exit())

function held(): Held {
  globalThis.gc?.()
  const descriptors = readdirSync('/proc/self/fdinfo')
  const watches = descriptors.map(fd => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').split('inotify wd:').length - 1
    } catch {
      // The one by which the folder was listed is closed by now.
      return 0
    }
  })
  return {
    heapBytes: process.memoryUsage().heapUsed,
    watches: watches.reduce((sum, count) => sum + count, 0),
    descriptors: descriptors.length,
  }
}
