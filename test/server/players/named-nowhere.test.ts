import t from 'tap'
import { corpusFiles } from '../../support/corpus.ts'
import { deliver, gameServer } from '../../support/import-files.ts'
import { testDatabase } from '../../support/test-database.ts'

t.test('a warning about a player’s line tells his GUID, and his name to nobody', async t => {
  const { db } = await testDatabase(t)
  const [round] = corpusFiles('evenings')
  if (!round) throw new Error('The corpus has no rounds.')
  let name = ''
  // Every weapon of one player hits more often than it was shot.
  const text = round.content
    .toString('latin1')
    .replace(/^(A16D6351\\([^\\]*)\\\d+\\\d+\\)(\d+) ([\d ]+)/m, (_, head, raw, mask, cells) => {
      name = raw
      const count = Number(mask).toString(2).replaceAll('0', '').length
      const figures = String(cells).split(' ')
      for (let weapon = 0; weapon < count; weapon += 1)
        figures[5 * weapon] = String(Number(figures[5 * weapon + 1]) + 5)
      return `${head}${mask} ${figures.join(' ')}`
    })
  const receipt = await deliver(db, await gameServer(db, 'zone'), {
    name: round.name,
    content: Buffer.from(text, 'latin1'),
  })
  t.equal(receipt.status, 'imported')
  const warning = receipt.warnings.find(({ code }) => code === 'hits_over_shots')
  t.match(warning?.message, /^The player A16D6351 has \d+ hits with \d+ shots/)
  const clean = name.replace(/\^./g, '')
  t.ok(clean.length > 2)
  t.notOk(JSON.stringify(receipt.warnings).includes(clean))
})
