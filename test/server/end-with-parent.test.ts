import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'

const module = new URL('../../server/src/end-with-parent.ts', import.meta.url).href
// Says its process id, then lives until it is told to end, or for a minute; says so if it is an orphan for long.
const program = `
  const { endWithParent } = await import('${module}')
  const { ppid } = process
  const life = setTimeout(() => {}, 60_000)
  endWithParent(() => { clearTimeout(life); console.log('ended') }, 20)
  let alone = 0
  setInterval(() => process.ppid !== ppid && ++alone === 10 && console.log('lives on'), 20).unref()
  console.log(process.pid)`
const command = `${quote(process.execPath)} --import=tsx --input-type=module -e ${quote(program)}`

t.test('a script ends when the shell between it and npm goes', async t => {
  const { words, wrapper } = await run(t, ['sh', '-c', `${command}; true`])
  wrapper.kill('SIGKILL')
  t.equal(await words.next(), 'ended')
})

t.test('a script ends when the package manager above that shell goes', async t => {
  // What npx does: a process that is called so, and runs a shell, which runs the program.
  const { words, wrapper } = await run(t, [
    'bash',
    '-c',
    `exec -a npx bash -c ${quote(`sh -c ${quote(`${command}; true`)}; true`)}`,
  ])
  wrapper.kill('SIGKILL')
  t.equal(await words.next(), 'ended')
})

t.test('a program that no package manager started lives on without its parent', async t => {
  const environment = { npm_lifecycle_event: undefined }
  const { words, wrapper } = await run(t, ['sh', '-c', `${command}; true`], environment)
  wrapper.kill('SIGKILL')
  t.equal(await words.next(), 'lives on')
})

function quote(text: string): string {
  return `'${text.replaceAll(`'`, `'\\''`)}'`
}

interface Running {
  wrapper: ChildProcess
  words: { next(): Promise<string | undefined> }
}

async function run(t: Test, [file = '', ...args]: string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const wrapper = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start', ...env },
  })
  const lines = createInterface({ input: wrapper.stdout })[Symbol.asyncIterator]()
  const words = { next: async () => (await lines.next()).value as string | undefined }
  const pid = Number(await words.next())
  t.teardown(() => {
    wrapper.kill('SIGKILL')
    // Already gone, if all went well.
    spawn('kill', ['-9', String(pid)], { stdio: 'ignore' }).unref()
  })
  return { wrapper, words }
}
