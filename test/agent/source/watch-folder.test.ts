import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
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
  let folders = 0
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const before = watches()
  watchFolder(dir, { onName: name => hints.push(name), onFolder: () => folders++ }, stop.signal)
  await until('it watches, and says so', () => folders > 0)
  return { hints, stop, watches: () => watches() - before, folders: () => folders }
}

t.test('the folder alone is watched, whatever lies in it, and each file is heard of', async t => {
  const dir = await testFolder(t)
  const old = roundName('old')
  for (const name of [old, roundName('old'), 'server.log']) {
    writeFileSync(join(dir, name), 'old\n')
    utimesSync(join(dir, name), 1_700_000_000, 1_700_000_000)
  }
  const fresh = roundName('fresh')
  writeFileSync(join(dir, fresh), 'fresh\n')
  mkdirSync(join(dir, roundName('folder')))
  const scene = await watched(t, dir)
  const hears = async (what: string, name: string, change: () => void) => {
    scene.hints.length = 0
    change()
    await until(`${what} is heard of`, () => scene.hints.includes(name))
    t.equal(scene.watches(), 1, what)
  }
  const names = [1, 2, 3].map(() => roundName('new'))
  for (const name of names) await hears('a new file', name, () => writeFileSync(join(dir, name), 'new\n'))
  for (const name of [fresh, old, ...names])
    await hears('a longer one', name, () => appendFileSync(join(dir, name), 'more\n'))
  const later = Date.now() / 1000 + 3 * 365 * 86_400
  await hears('one of a year to come, by a clock that stands behind', old, () =>
    utimesSync(join(dir, old), later, later),
  )
  await hears('a touched one', old, () => utimesSync(join(dir, old), 1_700_000_001, 1_700_000_001))
  await hears('a renamed one', fresh, () => renameSync(join(dir, old), join(dir, fresh)))
  await hears('a removed one', fresh, () => rmSync(join(dir, fresh)))
  scene.stop.abort()
  await until('the end of it ends all watches', () => scene.watches() === 0)
})

t.test('a season of evenings leaves nothing behind', async t => {
  const dir = await testFolder(t)
  const scene = await watched(t, dir)
  for (let evening = 0; evening < 10; evening++) {
    for (let i = 0; i < 20; i++) {
      const name = roundName(`evening${evening}`)
      writeFileSync(join(dir, name), 'round\n')
      await until('it is heard of', () => scene.hints.includes(name))
    }
    t.equal(scene.watches(), 1, 'only the folder is watched')
  }
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
