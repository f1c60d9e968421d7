import { appendFileSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createMountCheck } from '../../../agent/src/source/mount-check.ts'
import { mountedFolder } from '../../../agent/src/source/mount-info.ts'
import { watchFolder } from '../../../agent/src/source/watch-folder.ts'
import { roundName, testFolder } from '../../support/agent-run.ts'
import { until } from '../../support/until.ts'

/** How many inotify watches this process holds, as the kernel counts them. */
function watches(): number {
  let count = 0
  for (const fd of readdirSync('/proc/self/fdinfo')) {
    try {
      count += readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').split('inotify wd:').length - 1
    } catch {
      // The descriptor by which the folder was listed is closed by now.
    }
  }
  return count
}

async function watched(t: { teardown(fn: () => unknown): unknown }, dir: string) {
  const hints: string[] = []
  const done = new Set<string>()
  let folders = 0
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const before = watches()
  const watch = watchFolder(
    dir,
    { onName: name => hints.push(name), onFolder: () => folders++, isDone: name => done.has(name) },
    stop.signal,
  )
  await until('it watches', () => folders >= 2 && watches() > before)
  return { watch, hints, done, stop, watches: () => watches() - before, folders: () => folders }
}

t.test('as many watches as there are fresh files, plus one; a delivered file is forgotten', async t => {
  const dir = await testFolder(t)
  for (let i = 0; i < 300; i++) {
    const name = roundName('old')
    writeFileSync(join(dir, name), 'old\n')
    utimesSync(join(dir, name), 1_700_000_000, 1_700_000_000)
  }
  writeFileSync(join(dir, 'server.log'), 'not ours\n')
  mkdirSync(join(dir, roundName('folder')))
  const scene = await watched(t, dir)
  t.equal(scene.watches(), 1, '300 old files, and what is none of ours, need none')

  const fresh = [1, 2, 3].map(() => roundName('fresh'))
  for (const name of fresh) writeFileSync(join(dir, name), 'fresh\n')
  await until('each is watched', () => scene.watches() === 4)
  t.ok(fresh.every(name => scene.hints.includes(name)))
  for (const name of fresh) {
    scene.done.add(name)
    scene.watch.forget(name)
  }
  await until('they are forgotten', () => scene.watches() === 1)

  const [again = ''] = fresh
  scene.hints.length = 0
  appendFileSync(join(dir, again), 'more\n')
  await until('a change is still heard of', () => scene.hints.includes(again))
  scene.stop.abort()
  await until('the end of it ends all watches', () => scene.watches() === 0)
})

t.test('a clock that stands years behind the files makes none of them fresh', async t => {
  const dir = await testFolder(t)
  const later = Date.now() / 1000 + 3 * 365 * 86_400
  for (let i = 0; i < 100; i++) {
    const name = roundName('later')
    writeFileSync(join(dir, name), 'round\n')
    utimesSync(join(dir, name), later, later)
  }
  const scene = await watched(t, dir)
  t.equal(scene.watches(), 1)
  const name = roundName('new')
  writeFileSync(join(dir, name), 'round\n')
  utimesSync(join(dir, name), later, later)
  await until('a new one is heard of all the same', () => scene.hints.includes(name))
})

t.test('a season of evenings leaves nothing behind', async t => {
  const dir = await testFolder(t)
  const scene = await watched(t, dir)
  for (let evening = 0; evening < 10; evening++) {
    for (let i = 0; i < 20; i++) {
      const name = roundName(`evening${evening}`)
      writeFileSync(join(dir, name), 'round\n')
      await until('it is heard of', () => scene.hints.includes(name))
      scene.done.add(name)
      scene.watch.forget(name)
    }
    await until('only the folder is watched', () => scene.watches() === 1)
  }
  t.equal(scene.hints.length > 0, true)
})

t.test('a folder that is moved away and made anew is watched anew', async t => {
  const root = await testFolder(t)
  const dir = join(root, 'gamestats')
  mkdirSync(dir)
  const scene = await watched(t, dir)
  const before = scene.folders()
  await rename(dir, `${dir}-archive`)
  mkdirSync(dir)
  await until('everything is to be looked at', () => scene.folders() > before)
  await until('the new one is watched', () => {
    const name = roundName()
    writeFileSync(join(dir, name), 'round\n')
    return scene.hints.some(hint => readdirSync(dir).includes(hint))
  })
})

const MOUNTS = (root: string) =>
  [
    '21 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
    '40 21 0:31 / /home ro,nosuid - tmpfs tmpfs rw,mode=755',
    `41 40 254:1 ${root} /home/et/my\\040stats ro,relatime master:1 - ext4 /dev/vda1 rw`,
    '',
  ].join('\n')

t.test('the kernel’s table of mounts tells which folder stands mounted at a path', async t => {
  const text = MOUNTS('/home/et/my\\040stats')
  t.equal(mountedFolder(text, '/home/et/my stats'), '/home/et/my stats')
  t.equal(mountedFolder(text, '/home'), '/')
  t.equal(mountedFolder(text, '/home/et'), null)
  t.equal(mountedFolder('nonsense\n1 2\n', '/home'), null)
  t.equal(
    mountedFolder(`${text}42 40 8:1 /other /home rw - ext4 /dev/sda1 rw\n`, '/home'),
    '/other',
    'the last one covers those before it',
  )
})

t.test(
  'a bind mount that follows its moved folder, or its moved parent, is a folder that is gone',
  async t => {
    const dir = await testFolder(t)
    const mount = (root: string) => `41 40 254:1 ${root} ${dir} ro - ext4 /dev/vda1 rw\n`
    let text = mount('/home/et/gamestats')
    const check = createMountCheck(dir, async () => text)
    await check()
    await check()
    text = mount('/home/et/gamestats-archive')
    await t.rejects(check(), {
      name: 'SourceUnavailable',
      message: /moved away \(it is \/home\/et\/gamestats-archive now\)/,
    })
    text = mount('/home/old-et/gamestats')
    await t.rejects(check(), { name: 'SourceUnavailable' })
    text = mount('/home/et/gamestats//deleted')
    await t.rejects(check(), { name: 'SourceUnavailable' })
    text = mount('/home/et/gamestats')
    await check()
    await createMountCheck(dir, async () => '')()
    await createMountCheck(dir, () => Promise.reject(new Error('no /proc here')))()
  },
)
