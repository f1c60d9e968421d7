import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { problemSchema, receiptSchema } from '@debrief/shared'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { createReadingToken, createToken } from '../../../server/src/game-servers/tokens/create-token.ts'
import { revokeToken } from '../../../server/src/game-servers/tokens/revoke-token.ts'
import { corpusFile, fileForm, type TestApp, testApp } from '../../support/test-app.ts'

const NAME = '2026-05-05-204850-supply-round-1.txt'
const ROUND_1 = corpusFile(`evenings/files/${NAME}`)

function post({ token }: TestApp, base: string, body: FormData | string, query = ''): Promise<Response> {
  return fetch(`${base}/api/v1/files${query}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}` },
  })
}

async function problemOf(t: Test, response: Response, status: number, code: string) {
  const problem = problemSchema.parse(await response.json())
  t.equal(response.status, status)
  t.match(response.headers.get('content-type'), 'application/problem+json')
  t.match(problem, { status, code, type: `/docs#${code}`, title: /\w/, detail: /\w/ })
  return problem
}

async function storedFiles({ db }: TestApp): Promise<number> {
  return (await db.selectFrom('processed_files').select('file_id').execute()).length
}

t.test('each row of the status table', async t => {
  const test = await testApp(t)
  const base = await test.listen()

  await t.test('a dry run of a good file is 200 and stores nothing', async t => {
    const response = await post(test, base, fileForm(NAME, ROUND_1), '?dryRun=true')
    t.equal(response.status, 200)
    t.match(receiptSchema.parse(await response.json()), { status: 'imported', duplicate: false })
    t.equal(await storedFiles(test), 0)
  })

  await t.test('a new round is 201, with the address of the round', async t => {
    const sha256 = createHash('sha256').update(ROUND_1).digest('hex')
    const form = fileForm(NAME, ROUND_1, {
      sha256,
      mtime: '2026-05-05T20:48:50.000Z',
      source: 'agent',
      other: 'x',
    })
    const response = await post(test, base, form)
    const receipt = receiptSchema.parse(await response.json())
    t.equal(response.status, 201)
    t.equal(response.headers.get('location'), `/rounds/${receipt.round?.id}`)
    t.match(receipt, {
      status: 'imported',
      duplicate: false,
      file: { name: NAME, sha256, bytes: ROUND_1.length },
    })
    const row = await test.db.selectFrom('processed_files').selectAll().executeTakeFirstOrThrow()
    t.match(row, { source: 'agent', file_modified_at: new Date('2026-05-05T20:48:50Z') })
    t.ok(row.content.equals(ROUND_1), 'byte for byte')
  })

  await t.test('the same bytes again are 200 and change nothing', async t => {
    const response = await post(test, base, fileForm(NAME, ROUND_1))
    t.equal(response.status, 200)
    t.match(receiptSchema.parse(await response.json()), { status: 'imported', duplicate: true })
    t.equal(await storedFiles(test), 1)
  })

  await t.test('another kind of file is 202, then 200', async t => {
    const form = () => fileForm('2026-05-05-204848-supply-round-1_ws.txt', 'weapons of another script\n')
    const first = await post(test, base, form())
    t.equal(first.status, 202)
    t.match(receiptSchema.parse(await first.json()), {
      status: 'ignored',
      problem: { code: 'unsupported_kind' },
    })
    const second = await post(test, base, form())
    t.equal(second.status, 200)
    t.match(receiptSchema.parse(await second.json()), { status: 'ignored', duplicate: true })
  })

  await t.test('a damaged file is 422 with its receipt, the first time and every time', async t => {
    const form = () => fileForm('2026-05-06-204850-supply-round-1.txt', '')
    const first = await problemOf(t, await post(test, base, form()), 422, 'empty')
    t.match(first, { retriable: false, receipt: { status: 'rejected', duplicate: false } })
    const second = await problemOf(t, await post(test, base, form()), 422, 'empty')
    t.match(second, { retriable: false, receipt: { status: 'rejected', duplicate: true } })
    const dry = await post(test, base, fileForm('2026-05-07-204850-supply-round-1.txt', ''), '?dryRun=true')
    t.match(await problemOf(t, dry, 422, 'empty'), { receipt: { duplicate: false } })
    t.equal(await storedFiles(test), 3)
  })

  await t.test('what is wrong with the request is 400, 413 or 415, and nothing is stored', async t => {
    const good = () => fileForm(NAME.replace('05-05', '05-08'), ROUND_1)
    const withField = (name: string, value: string) => {
      const form = good()
      form.append(name, value)
      return form
    }
    const twoFiles = good()
    twoFiles.append('file', new File(['x'], 'second.txt'))
    const otherName = new FormData()
    otherName.append('upload', new File([ROUND_1], NAME))
    const noName = new FormData()
    noName.append('file', 'just text')
    const nothingChosen = new FormData()
    nothingChosen.append('file', new File([], ''))
    const manyFields = good()
    for (let i = 0; i < 20; i++) manyFields.append(`field${i}`, 'x')
    const cases: [string, FormData | string, number, string][] = [
      [
        'a digest of other bytes',
        fileForm(NAME, ROUND_1, { sha256: '0'.repeat(64) }),
        400,
        'digest_mismatch',
      ],
      ['a digest after the file', withField('sha256', '0'.repeat(64)), 400, 'digest_mismatch'],
      ['a digest that is none', withField('sha256', 'abc'), 400, 'malformed_request'],
      ['a time without a zone', withField('mtime', '2026-05-05T20:48:50'), 400, 'malformed_request'],
      ['an unknown source', withField('source', 'pigeon'), 400, 'malformed_request'],
      ['two files', twoFiles, 400, 'malformed_request'],
      ['too many fields', manyFields, 400, 'malformed_request'],
      ['a file part of another name', otherName, 400, 'no_file'],
      ['a part "file" without a file name', noName, 400, 'no_file'],
      ['a form whose file was not chosen', nothingChosen, 400, 'no_file'],
      ['an empty form', new FormData(), 400, 'no_file'],
      ['a file over the limit', fileForm(NAME, 'x'.repeat(1_048_577)), 413, 'too_large'],
      ['JSON', JSON.stringify({}), 415, 'not_multipart'],
    ]
    for (const [what, body, status, code] of cases) {
      await t.test(what, async t => {
        const before = await storedFiles(test)
        t.match(await problemOf(t, await post(test, base, body), status, code), { retriable: false })
        t.equal(await storedFiles(test), before)
      })
    }
    await t.test('an odd dryRun', async t => {
      await problemOf(t, await post(test, base, good(), '?dryRun=perhaps'), 400, 'malformed_request')
    })
  })

  await t.test('a file of exactly the limit is read', async t => {
    const response = await post(test, base, fileForm(NAME.replace('05-05', '05-09'), 'x'.repeat(1_048_576)))
    t.equal(response.status, 422)
  })

  await t.test('every upload is seen in the list of receipts, newest first', async t => {
    const headers = { authorization: `Bearer ${test.token}` }
    const response = await fetch(`${base}/api/v1/files?limit=2`, { headers })
    const { files } = z.object({ files: z.array(receiptSchema) }).parse(await response.json())
    t.match(files, [{ status: 'rejected', problem: { detail: /\w/ } }, { status: 'rejected' }])
    t.equal(files.length, 2)
    const all = await (await fetch(`${base}/api/v1/files`, { headers })).json()
    t.match(all, { files: { length: await storedFiles(test) } })
    t.equal((await fetch(`${base}/api/v1/files?limit=0`, { headers })).status, 400)
  })

  await t.test(
    'a stored receipt tells what the import took, also after a neighbour came, or nothing',
    async t => {
      const name = NAME.replace('05-05', '05-10')
      const first = receiptSchema.parse(await (await post(test, base, fileForm(name, ROUND_1))).json())
      await test.pool.query(
        `update processed_files set processed_at = processed_at + interval '9 days' where filename = $1`,
        [name],
      )
      const listed = async () => {
        const headers = { authorization: `Bearer ${test.token}` }
        const answer = await fetch(`${base}/api/v1/files?limit=1`, { headers })
        const { files } = z.object({ files: z.array(z.looseObject({})) }).parse(await answer.json())
        return files[0]
      }
      const { tookMs, ...stored } = (await listed()) ?? {}
      t.type(tookMs, 'number')
      t.ok(Number(tookMs) > 0 && Number(tookMs) <= first.tookMs)
      const { tookMs: _told, database, ...rest } = first
      t.match(database, /^\d+\/[\dA-F]+\/\d+$/, 'which database has it now')
      t.strictSame(stored, rest, 'the rest is the receipt that the sender got')
      await test.pool.query('update processed_files set took_ms = null')
      t.notOk('tookMs' in ((await listed()) ?? {}), 'left out where it was never kept')
    },
  )
})

t.test('a file name arrives as it was sent', async t => {
  const test = await testApp(t)
  const base = await test.listen()
  const manifest = z
    .object({ cases: z.array(z.object({ path: z.string(), upload_name: z.string(), expect: z.string() })) })
    .parse(JSON.parse(corpusFile('malformed/manifest.json').toString()))
  const named = manifest.cases.filter(
    ({ path }) => path.includes('-name_20') || /-name_(etc|con|1970)/.test(path),
  )
  t.ok(named.length >= 9)
  const hostile = [
    '..\\..\\windows\\2026-05-05-204850-supply-round-1.txt',
    'a\\b.txt',
    `2026-05-05-204850-${'x'.repeat(10_000)}-round-1.txt`,
    '2026-05-05-204850-supply\u0007-round-1.txt',
    '2026-05-05-204850-supply\u0085-round-1.txt',
    '.',
    '..',
    '../',
    '/',
    'nul.txt',
  ]
  const cases = [
    ...named.map(({ path, upload_name, expect }) => ({
      name: upload_name,
      content: corpusFile(`malformed/${path}`),
      refused: expect === 'reject',
    })),
    ...hostile.map(name => ({ name, content: ROUND_1, refused: !/^\.+$/.test(name) })),
  ]
  for (const { name, content, refused } of cases) {
    await t.test(JSON.stringify(name.slice(0, 80)), async t => {
      const byForm = await post(test, base, fileForm(name, content))
      const disposition = `form-data; name="file"; filename="${name.replaceAll('\\', '\\\\')}"`
      const byBytes = await rawUpload(test, base, disposition, content)
      for (const { status, body } of [{ status: byForm.status, body: await byForm.json() }, byBytes]) {
        if (refused) {
          t.equal(status, 422)
          t.match(body, { code: /^(bad_file_name|unsupported_kind)$/ })
        } else t.ok(status < 300, `${status}`)
      }
    })
  }
  await t.test('no stored name holds a control character, and none was cut down to a good one', async t => {
    const rows = await test.db
      .selectFrom('processed_files')
      .select(['filename', 'status', 'error_code'])
      .execute()
    for (const { filename, status, error_code } of rows) {
      t.notMatch(filename, /\p{Cc}/u)
      if (/[/\\]/.test(filename))
        t.match({ status, error_code }, { status: 'rejected', error_code: 'bad_file_name' })
    }
    t.notOk(rows.some(({ filename }) => filename === 'x-round-1.txt' || filename === 'passwd'))
  })
  await t.test('names are UTF-8, also in the form of RFC 5987', async t => {
    const name = 'žabe-Ω-日本.txt'
    const plain = await rawUpload(test, base, `form-data; name="file"; filename="${name}"`, 'x')
    const encoded = `form-data; name="file"; filename*=UTF-8''${encodeURIComponent(name)}`
    t.match(plain, { status: 202, body: { file: { name } } })
    t.match(await rawUpload(test, base, encoded, 'x'), {
      status: 200,
      body: { file: { name }, duplicate: true },
    })
    const odd = await rawUpload(test, base, `form-data; name="file"; filename*=nothing''%ff%zz`, 'x')
    t.ok([202, 400, 422].includes(odd.status), 'an unknown character set is no reason to fall over')
    t.equal((await fetch(`${base}/healthz`)).status, 200)
  })
})

t.test('tokens', async t => {
  const test = await testApp(t)
  const base = await test.listen()
  const upload = (headers: Record<string, string>) =>
    fetch(`${base}/api/v1/files`, { method: 'POST', headers, body: fileForm(NAME, ROUND_1) })

  for (const [what, headers] of Object.entries({
    'no token': {},
    'a wrong token': { authorization: `Bearer dbf_${'x'.repeat(43)}` },
    'another scheme': { authorization: `Basic ${test.token}` },
    'an empty token': { authorization: 'Bearer ' },
    'the token and more': { authorization: `Bearer ${test.token} x` },
  })) {
    await t.test(`${what} is 401`, async t => {
      const response = await upload(headers)
      t.match(response.headers.get('www-authenticate'), /^Bearer/)
      t.match(await problemOf(t, response, 401, 'unauthorized'), { retriable: false })
      t.equal(await storedFiles(test), 0)
    })
  }

  await t.test('two tokens of one server are valid at once, and a revoked one ends', async t => {
    const second = await createToken(test.db, { serverName: 'test', timezone: null })
    t.equal(second.server.serverId, test.serverId)
    t.equal((await upload({ authorization: `Bearer ${test.token}` })).status, 201)
    t.equal((await upload({ authorization: `bearer ${second.token}` })).status, 200)
    const third = await createToken(test.db, { serverName: 'test', timezone: null })
    await revokeToken(test.db, third.token)
    await problemOf(t, await upload({ authorization: `Bearer ${third.token}` }), 401, 'unauthorized')
    t.equal((await upload({ authorization: `Bearer ${second.token}` })).status, 200)
  })

  await t.test(
    'a token is asked for before the body is read: the answer comes in the midst of it',
    async t => {
      const { hostname, port } = new URL(base)
      const socket = connect(Number(port), hostname)
      socket.write(
        'POST /api/v1/files HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\n',
      )
      socket.write('content-length: 1000000\r\n\r\n--b\r\n')
      t.match(await readUntil(socket, /"code":"unauthorized"/), /^HTTP\/1\.1 401/)
      // The sender goes on to the end, and the connection serves its next request.
      socket.write(Buffer.alloc(1_000_000 - 5))
      socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')
      t.match(await readUntil(socket, /"status":"ok"/), /^HTTP\/1\.1 200/)
      socket.destroy()
    },
  )

  await t.test('a sender that only reads after 20 MB still learns that it was too much', async t => {
    const response = await post(test, base, fileForm(NAME, 'x'.repeat(20 * 1_048_576)))
    await problemOf(t, response, 413, 'too_large')
  })

  await t.test('many wrong tokens from one address are 429, and an honest sender passes', async t => {
    const wrong = () => upload({ authorization: 'Bearer wrong' })
    let response = await wrong()
    for (let tries = 0; response.status === 401 && tries < 200; tries++) response = await wrong()
    t.match(await problemOf(t, response, 429, 'too_fast'), { retriable: true })
    t.ok(Number(response.headers.get('retry-after')) > 0)
    t.equal((await upload({ authorization: `Bearer ${test.token}` })).status, 200)
  })
})

t.test(
  'a flood of wrong tokens from the same address keeps no honest sender out, also after a restart',
  async t => {
    const test = await testApp(t)
    const base = await test.listen()
    const send = (token: string) =>
      fetch(`${base}/api/v1/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: fileForm(NAME, ROUND_1),
      })
    let status = 401
    for (let n = 0; status === 401 && n < 200; n += 1) status = (await send(`wrong${n}`)).status
    t.equal(status, 429)
    t.equal((await send(test.token)).status, 201, 'though this process never saw the token before')
    const { rows } = await test.pool.query('select token_id, sent_from from processed_files')
    t.strictSame(rows, [{ token_id: 1, sent_from: '127.0.0.1' }], 'it is kept who brought the file')

    await t.test('a token that only reads uploads nothing', async t => {
      const { token } = await createReadingToken(test.db, { scope: 'read', label: 'board' })
      const refused = await send(token)
      t.ok(
        [403, 429].includes(refused.status),
        `${refused.status}: by its scope, or as one more of the flood`,
      )
      const quiet = await testApp(t, { through: async () => test })
      const own = await quiet.listen()
      const headers = { authorization: `Bearer ${token}` }
      await problemOf(t, await fetch(`${own}/api/v1/files`, { headers }), 403, 'forbidden')
    })
  },
)

/** Bytes that no well-behaved library would send. */
async function rawUpload(
  { token }: TestApp,
  base: string,
  disposition: string,
  content: string | Uint8Array,
) {
  const body = Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: ${disposition}\r\nContent-Type: text/plain\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n--b--\r\n'),
  ])
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=b' }
  const response = await fetch(`${base}/api/v1/files`, { method: 'POST', headers, body })
  return { status: response.status, body: await response.json() }
}

function readUntil(socket: import('node:net').Socket, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (!pattern.test(text)) return
      socket.off('data', onData)
      resolve(text)
    }
    socket.on('data', onData)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error(`The connection was closed after: ${text}`)))
  })
}

t.test('a large part that is nobody’s is passed over, and the file behind it is read', async t => {
  const { app, token } = await testApp(t)
  const nobodys = `--b\r\nx: y\r\n\r\n${'x'.repeat(20_000)}\r\n`
  const own =
    '--b\r\nContent-Disposition: form-data; name="file"; filename="notes.txt"\r\n\r\nline\r\n--b--\r\n'
  const send = (payload: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=b' }
    return app.inject({ method: 'POST', url: '/api/v1/files', payload, headers })
  }
  t.equal((await send(nobodys + own)).statusCode, 202)
  t.match((await send(`${nobodys}--b--\r\n`)).json(), { code: 'no_file' })
})
