interface Weapon {
  /** The script's name without WS_, in lower case: what weapon_comprehensive_stats.weapon_name holds. */
  name: string
  /**
   * One hit a shot at most. Explosives and fire hit many at once, and the Kabar's shots stand under KNIFE; more hits
   * than shots mean nothing there.
   */
  oneHitPerShot: boolean
}

const w = (name: string, oneHitPerShot: boolean): Weapon => ({ name, oneHitPerShot })

/** By bit of the weapon mask. Source: extWeaponStats_t in the engine's bg_public.h. */
export const WEAPONS: readonly Weapon[] = [
  w('knife', true),
  w('knife_kbar', false),
  w('luger', true),
  w('colt', true),
  w('mp40', true),
  w('thompson', true),
  w('sten', true),
  w('fg42', true),
  w('panzerfaust', false),
  w('bazooka', false),
  w('flamethrower', false),
  w('grenade', false),
  w('mortar', false),
  w('mortar2', false),
  w('dynamite', false),
  w('airstrike', false),
  w('artillery', false),
  w('satchel', false),
  w('grenadelauncher', false),
  w('landmine', false),
  w('mg42', true),
  w('browning', true),
  w('carbine', true),
  w('kar98', true),
  w('garand', true),
  w('k43', true),
  w('mp34', true),
  w('syringe', false),
]

/** Its hits are revives: it counts in no accuracy. */
export const SYRINGE = 27
