/**
 * Loaded before each test file (.taprc). tap puts a loader into every Node process that a test starts, to know what is
 * covered there: twice the time that the agent takes to start. Without coverage nobody asks what it found.
 */
const spawning: { listeners: unknown[] } | undefined = Reflect.get(
  globalThis,
  Symbol.for('process-on-spawn@*:singletonId'),
)
if (process.env._TAPJS_PROCESSINFO_COVERAGE_ === '0' && spawning !== undefined) {
  spawning.listeners = []
  delete process.env.NODE_OPTIONS
}
