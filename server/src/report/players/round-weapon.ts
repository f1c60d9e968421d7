/** A weapon's figures of one player in one round. */
export interface RoundWeapon {
  round_id: number
  player_guid: string
  weapon_name: string
  kills: number
  deaths: number
  shots: number
  hits: number
  headshots: number
}
