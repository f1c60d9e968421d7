// Makes the headings of tables buttons that sort. The tables are whole without this: it only changes their order.
for (const table of document.querySelectorAll('table[data-sortable]')) makeSortable(table)

function makeSortable(table) {
  const headings = [...table.tHead.rows[0].cells]
  for (const [column, heading] of headings.entries()) {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...heading.childNodes)
    heading.append(button)
    button.addEventListener('click', () => {
      // Names rise at first, figures fall: the most is what people look for.
      const first = column === 0 ? 'ascending' : 'descending'
      const second = column === 0 ? 'descending' : 'ascending'
      const order = heading.getAttribute('aria-sort') === first ? second : first
      for (const other of headings) other.removeAttribute('aria-sort')
      heading.setAttribute('aria-sort', order)
      sort(table.tBodies[0], column, order === 'ascending' ? 1 : -1)
    })
  }
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
