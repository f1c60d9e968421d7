/** Who sends files; its zone is that of the stamps in its file names. */
export interface GameServer {
  serverId: number
  name: string
  /** IANA name. */
  timezone: string
}
