import hooks from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

/** Loaded before tap itself (.taprc): takes from tap what costs much and serves nothing here. */

const isGroup = process.argv[1]?.includes('/test/all/')

// A group comes as JavaScript that was made ready; a file by itself is TypeScript, just as it stands.
if (!isGroup) await import('tsx')

const spawning = Reflect.get(globalThis, Symbol.for('process-on-spawn@*:singletonId'))
// tap puts a loader into every Node process that a test starts, to know what is covered there: twice the time that the
// agent takes to start. Without coverage nobody asks what it found.
if (process.env._TAPJS_PROCESSINFO_COVERAGE_ === '0' && spawning !== undefined) {
  spawning.listeners = []
  delete process.env.NODE_OPTIONS
}

// tap follows every promise, to go on with the next test where a fault was caught by nobody: a tenth of all time. In a
// group such a fault ends the process, and is the group's: its trace says where it was. A file by itself is followed.
if (isGroup) {
  const unfollowed = { enable: () => unfollowed, disable: () => unfollowed }
  hooks.createHook = () => unfollowed
  syncBuiltinESMExports()
}
