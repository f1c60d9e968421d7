import stringWidth from 'string-width'

/** Columns that stand below each other, also where a name's letters are two cells wide or none. */
export function textTable(
  rows: readonly (readonly string[])[],
  sides: readonly ('left' | 'right')[],
): string {
  const widths = sides.map((_, column) => Math.max(0, ...rows.map(row => stringWidth(row[column] ?? ''))))
  return rows
    .map(row =>
      sides
        .map((side, column) => {
          const cell = row[column] ?? ''
          const gap = ' '.repeat((widths[column] ?? 0) - stringWidth(cell))
          return side === 'left' ? cell + gap : gap + cell
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
