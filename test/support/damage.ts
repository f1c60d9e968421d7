/** Real files with one thing changed. */

function editLine(content: Buffer, line: number, edit: (text: string) => string): Buffer {
  const lines = content.toString('latin1').split('\n')
  lines[line - 1] = edit(lines[line - 1] ?? '')
  return Buffer.from(lines.join('\n'), 'latin1')
}

/** Sets value `v<index>` of the player line. */
export function setValue(content: Buffer, line: number, index: number, value: string): Buffer {
  return editLine(content, line, text => {
    const [head = '', ...values] = text.split('\t')
    values[index] = value
    return [head, ...values].join('\t')
  })
}

/** Gives the player of the line another name. */
export function setName(content: Buffer, line: number, name: string): Buffer {
  return editLine(content, line, text => {
    const [guid = '', , ...rest] = text.split('\\')
    return [guid, name, ...rest].join('\\')
  })
}

/** Sets value `#<index>` of the header. */
export function setHeader(content: Buffer, index: number, value: string): Buffer {
  return editLine(content, 1, text => {
    const values = text.split('\\')
    values[index] = value
    return values.join('\\')
  })
}

/** Cuts at a line end: what a reader sees who comes between two writes. */
export function keepLines(content: Buffer, count: number): Buffer {
  return Buffer.from(`${content.toString('latin1').split('\n').slice(0, count).join('\n')}\n`, 'latin1')
}
