import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { folderAccess } from '../../../agent/src/install/folder-access.ts'
import { systemdUnit } from '../../../agent/src/install/unit/systemd-unit.ts'
import type { UnitSettings } from '../../../agent/src/install/unit/unit-settings.ts'

const SETTINGS: UnitSettings = {
  nodePath: '/usr/bin/node',
  programPath: '/usr/local/lib/debrief-agent/debrief-agent.cjs',
  gamestatsDir: '/home/et/.etlegacy/legacy/gamestats',
  isLinked: false,
  credentials: [],
  envFile: '/etc/debrief-agent/agent.env',
  hiddenFolders: ['/srv', '/opt'],
  access: { kind: 'anyone' },
}

function linesOf(settings: Partial<UnitSettings>): string[] {
  return systemdUnit({ ...SETTINGS, ...settings })
    .split('\n')
    .filter(line => !line.startsWith('#'))
}

t.test('each line says why, and node is started without a wrapper', async t => {
  const unit = systemdUnit(SETTINGS)
  t.match(unit, /\nExecStart=\/usr\/bin\/node \/usr\/local\/lib\/debrief-agent\/debrief-agent\.cjs run\n/)
  const lines = unit.split('\n')
  for (const [i, line] of lines.entries()) {
    const isFirstOfGroup = /^\w+=/.test(line) && !/^\w+=/.test(lines[i - 1] ?? '')
    if (isFirstOfGroup) t.match(lines[i - 1], /^# \S/, line)
  }
})

t.test('the sandbox shows the folder under /home read-only, and does not crash Node', async t => {
  const lines = linesOf({})
  t.ok(lines.includes('ProtectHome=tmpfs'))
  t.ok(lines.includes('BindReadOnlyPaths=-/home/et/.etlegacy/legacy/gamestats'))
  t.ok(lines.includes('TemporaryFileSystem=/srv:ro /opt:ro'))
  t.notOk(lines.some(line => line.startsWith('MemoryDenyWriteExecute')))
  t.notOk(linesOf({ hiddenFolders: [] }).some(line => line.startsWith('TemporaryFileSystem')))
  t.notOk(linesOf({ gamestatsDir: null }).some(line => line.startsWith('BindReadOnlyPaths')))
  t.ok(linesOf({ nodePath: '/opt/node/bin/node' }).includes('BindReadOnlyPaths=/opt/node/bin/node'))
  const secret = linesOf({ credentials: [{ id: 'SSH_KEY-1', path: '/root/a 100%' }] })
  t.ok(
    secret.includes('LoadCredential=SSH_KEY-1:/root/a 100%%'),
    'read by root, so it needs no place in the view',
  )
  t.notOk(secret.some(line => line.includes('/root/a 100%') && line.startsWith('Bind')))
})

t.test('a path with a link in it is told to the agent, which cannot see the link', async t => {
  t.ok(linesOf({ isLinked: true }).some(line => line.endsWith('debrief-agent.cjs run --linked')))
  t.ok(linesOf({}).some(line => line.endsWith('debrief-agent.cjs run')))
})

t.test('odd paths are quoted as systemd wants it', async t => {
  const lines = linesOf({ gamestatsDir: '/home/a b/100%:x', nodePath: '/usr/my node/$x' })
  t.ok(
    lines.includes('BindReadOnlyPaths="-/home/a b/100%%\\:x"'),
    lines.filter(line => line.startsWith('Bind')).join(),
  )
  t.ok(lines.some(line => line.startsWith('ExecStart="/usr/my node/$$x" ')))
})

t.test('the user is the least that may read the folder', async t => {
  t.ok(linesOf({}).includes('DynamicUser=yes'))
  const group = linesOf({ access: { kind: 'group', group: 'games' } })
  t.ok(group.includes('DynamicUser=yes') && group.includes('SupplementaryGroups=games'))
  const user = linesOf({ access: { kind: 'user', user: 'et' } })
  t.ok(user.includes('User=et') && !user.includes('DynamicUser=yes'))

  const root = t.testdir({})
  const dir = join(root, 'gamestats')
  mkdirSync(dir)
  chmodSync(dir, 0o700)
  t.match(folderAccess(dir), { kind: 'user' }, 'only its owner may read it')
  t.same(folderAccess(null), { kind: 'anyone' })
})

t.test(
  'closed files in an open folder count, and a folder to come is its owner’s',
  { skip: process.getuid?.() !== 0 && 'Files can be given to others by root only.' },
  async t => {
    // Below /srv, where the unit shows the folder alone: parents do not count there, and here they must be open.
    const root = mkdtempSync('/srv/debrief-access-')
    t.teardown(() => rmSync(root, { recursive: true }))
    const dir = join(root, 'gamestats')
    t.same(folderAccess(dir), { kind: 'anyone' }, 'nobody knows who will make it')
    chownSync(root, 65534, 65534)
    t.same(
      folderAccess(dir),
      { kind: 'user', user: 'nobody' },
      'the game makes it with 0750, as the owner of what is there',
    )
    t.same(folderAccess(join(dir, 'deeper/still')), { kind: 'user', user: 'nobody' })

    mkdirSync(dir)
    chownSync(dir, 65534, 65534)
    t.same(folderAccess(dir), { kind: 'anyone' })
    const file = join(dir, '2026-05-05-204850-supply-round-1.txt')
    writeFileSync(file, '')
    chownSync(file, 65534, 65534)
    t.same(folderAccess(dir), { kind: 'anyone' })
    chmodSync(file, 0o640)
    t.same(folderAccess(dir), { kind: 'group', group: 'nogroup' })
    chmodSync(dir, 0o750)
    t.same(folderAccess(dir), { kind: 'group', group: 'nogroup' })
    chmodSync(file, 0o600)
    t.same(folderAccess(dir), { kind: 'user', user: 'nobody' })
    chmodSync(dir, 0o755)
    t.same(folderAccess(dir), { kind: 'user', user: 'nobody' }, 'open folder, closed files')
  },
)
