// Makes the headings of tables buttons that sort. The tables are whole without this: it only changes their order.
makeSortable(document)

document.addEventListener('click', ({ target }) => {
  const heading = target.closest('table[data-sortable] thead button')?.closest('th')
  if (!heading) return
  const column = heading.cellIndex
  // Names rise at first, figures fall: the most is what people look for.
  const first = column === 0 ? 'ascending' : 'descending'
  const second = column === 0 ? 'descending' : 'ascending'
  sortBy(heading.closest('table'), column, heading.getAttribute('aria-sort') === first ? second : first)
})

/** Every heading of these tables becomes a button. */
export function makeSortable(within) {
  for (const heading of within.querySelectorAll('table[data-sortable] thead th')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...heading.childNodes)
    heading.append(button)
  }
}

/** `order`: ascending or descending. */
export function sortBy(table, column, order) {
  for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort')
  table.tHead.rows[0].cells[column].setAttribute('aria-sort', order)
  sort(table.tBodies[0], column, order === 'ascending' ? 1 : -1)
}

function sort(body, column, direction) {
  const keyed = [...body.rows].map(row => ({ row, key: keyOf(row.cells[column], column) }))
  // What is unknown stays last in both directions.
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null)
    if (column === 0) return direction * a.key.localeCompare(b.key, undefined, { numeric: true })
    return direction * (a.key - b.key)
  })
  body.append(...keyed.map(({ row }) => row))
}

function keyOf({ dataset, textContent }, column) {
  if (column === 0) return dataset.v
  const key = Number(dataset.v ?? textContent)
  return Number.isNaN(key) ? null : key
}
