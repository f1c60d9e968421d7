/**
 * Rows for `json_populate_recordset`. JavaScript writes the year before the first as 0000 and the one after 9999 as
 * +010000; PostgreSQL knows neither. (A host whose clock stands at the very beginning writes such a time, once its zone
 * is taken off.)
 */
export function rowsAsJson(rows: readonly object[]): string {
  return JSON.stringify(rows, function (this: Record<string, unknown>, key, value: unknown) {
    // A Date has made itself a text by now.
    const given = this[key]
    return given instanceof Date ? timestampOf(given) : value
  })
}

function timestampOf(date: Date): string {
  const year = date.getUTCFullYear()
  const iso = date.toISOString()
  if (year >= 1 && year <= 9999) return iso
  // Behind the year: `-12-31T22:38:00.000Z`.
  const rest = iso.slice(iso.indexOf('-', 1))
  return year > 0 ? `${year}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`
}
