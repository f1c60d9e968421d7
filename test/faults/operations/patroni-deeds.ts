import type { DeedScene } from './patroni-scene.ts'

/** What is done to a pair while files come, and how it is mended. */
export interface Deed {
  name: string
  isSynchronous: boolean
  /** Of Patroni's, where they are not its defaults. */
  settings?: Record<string, unknown>
  /** Asynchronous replication may lose what it confirmed. */
  mayLose?: true
  begin(scene: DeedScene): unknown
  /** Before each file, with its number; the deed begins after the twelfth. */
  meanwhile?(scene: DeedScene, file: number): unknown
  end?(scene: DeedScene): unknown
}

const killNode = ({ pair, primary }: DeedScene) => pair.signal(primary, 'SIGKILL', 'all')
const startNode = ({ pair, primary }: DeedScene) => pair.start(primary)

export const DEEDS: readonly Deed[] = [
  {
    name: 'planned switchover',
    isSynchronous: true,
    begin: ({ pair, primary, other }) => pair.switchover(primary, other),
  },
  {
    name: 'PostgreSQL of the primary killed',
    isSynchronous: true,
    begin: ({ pair, primary }) => pair.signal(primary, 'SIGKILL', 'postgres'),
  },
  {
    name: 'Patroni of the primary killed, its PostgreSQL runs on',
    isSynchronous: true,
    begin: ({ pair, primary }) => pair.signal(primary, 'SIGKILL', 'patroni'),
    end: startNode,
  },
  { name: 'the primary’s node killed', isSynchronous: true, begin: killNode, end: startNode },
  {
    name: 'the primary’s node killed, both servers restarted while no database answers',
    isSynchronous: true,
    begin: killNode,
    async meanwhile({ servers }, file) {
      if (file === 20) await Promise.all([servers.one.restart(), servers.two.restart()])
    },
    end: startNode,
  },
  {
    name: 'the primary’s node frozen, and thawed after 44 s',
    isSynchronous: true,
    begin: ({ pair, primary }) => pair.signal(primary, 'SIGSTOP', 'all'),
    end: ({ pair, primary }) => pair.signal(primary, 'SIGCONT', 'all'),
  },
  {
    name: 'etcd silent for 44 s',
    isSynchronous: true,
    begin: ({ pair }) => pair.etcd('SIGSTOP'),
    end: ({ pair }) => pair.etcd('SIGCONT'),
  },
  {
    name: 'etcd silent for 44 s, with failsafe_mode',
    isSynchronous: true,
    settings: { failsafe_mode: true },
    begin: ({ pair }) => pair.etcd('SIGSTOP'),
    end: ({ pair }) => pair.etcd('SIGCONT'),
  },
  {
    name: 'the standby’s node killed',
    isSynchronous: true,
    begin: ({ pair, other }) => pair.signal(other, 'SIGKILL', 'all'),
    end: ({ pair, other }) => pair.start(other),
  },
  {
    name: 'the primary’s node killed',
    isSynchronous: false,
    mayLose: true,
    begin: killNode,
    end: startNode,
  },
  {
    name: 'the primary’s node killed when its standby was 8 s behind',
    isSynchronous: false,
    mayLose: true,
    ...killedWhileBehind(),
  },
  {
    name: 'the primary’s node killed when its standby was 8 s behind, with any lag allowed',
    isSynchronous: false,
    mayLose: true,
    settings: { maximum_lag_on_failover: 1_000_000_000 },
    ...killedWhileBehind(),
  },
]

function killedWhileBehind(): Pick<Deed, 'begin' | 'meanwhile' | 'end'> {
  return {
    begin: ({ pair, primary }) => pair.signal(primary, 'SIGSTOP', 'sender'),
    meanwhile(scene, file) {
      if (file === 28) killNode(scene)
    },
    end: startNode,
  }
}
