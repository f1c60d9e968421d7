/** Written out again, so that a slip in the product's own table cannot agree with itself. */
export const WEAPON_BITS: Record<number, string> = {
  3: 'colt',
  4: 'mp40',
  5: 'thompson',
  11: 'grenade',
  27: 'syringe',
}
