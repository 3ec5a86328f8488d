import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect} from 'vitest'
import {readTree, type Sandbox} from '../helpers/cli.ts'
import {startHg, type HgServer} from '../helpers/hg.ts'
import {mustFail, mustSucceed, networkTest, writeManifest} from '../helpers/network.ts'

let upstream: HgServer

beforeAll(async () => {
  upstream = await startHg(false)
  await upstream.commit(
    {
      'mod_site/mod_site.lua':
        'local words = module:require "words";\nmodule:depends("http");\nreturn words;\n',
      'mod_site/words.lib.lua': 'return {}\n',
      'mod_site/static/deep/page.html': '<p>hello</p>\n',
      'mod_site/README.md': 'words\n',
      'mod_alone/mod_alone.lua': 'module:set_global()\n',
    },
    '2026-07-20 10:00 +0000',
  )
})

afterAll(() => upstream.close())

async function project(sandbox: Sandbox): Promise<void> {
  await writeManifest(sandbox, {sources: {depot: {kind: 'hg', repository: upstream.url}}})
}

networkTest('hgweb that gives no archives: a module comes file by file', async ({sandbox}) => {
  await project(sandbox)
  await mustSucceed(sandbox, ['add', 'depot/site'])
  const written = await readTree(join(sandbox.project, 'prosody-modules/depot'))
  expect(Object.keys(written).sort()).toEqual([
    'mod_site/mod_site.lua',
    'mod_site/static/deep/page.html',
    'mod_site/words.lib.lua',
  ])
  expect(written['mod_site/static/deep/page.html']).toBe('<p>hello</p>\n')
  const lock = await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')
  expect(lock).toContain('"by": "first-use"')
  await rm(join(sandbox.project, 'prosody-modules'), {recursive: true})
  await rm(sandbox.store, {recursive: true})
  await mustSucceed(sandbox, ['install', '--frozen'])
  expect(await readTree(join(sandbox.project, 'prosody-modules/depot'))).toEqual(written)
})

networkTest('a module that the repository does not have is told so', async ({sandbox}) => {
  await project(sandbox)
  const {message, hint} = await mustFail(sandbox, ['add', 'depot/sites'], {exit: 3, code: 'MODULE_UNKNOWN'})
  expect(message).toBe('depot/sites: depot has no module sites')
  expect(hint).toBe('did you mean depot/site?')
})
