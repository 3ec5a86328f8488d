import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {Sandbox} from './cli.ts'
import {startForge, type Forge} from './forge.ts'
import {startHg} from './hg.ts'

/** Where the modules of fixtures/import come from: a forge, which is Git's own http-backend, and hg serve. */
export interface ImportPublishers {
  readonly forge: Forge
  /** Of the module in the Mercurial repository, and of the one that lies elsewhere on the forge. */
  readonly revision: string
  readonly commit: string
  /** Has a sandbox fetch from these. */
  configure(sandbox: Sandbox): Promise<void>
  /** Reads a case of fixtures/import, by the paths of its files. */
  fixture(name: string): Promise<Record<string, string>>
  close(): Promise<void>
}

/** The release of the tree, and the module that lies elsewhere. */
export const tag = 'stable/jitsi-meet_20001'
export const elsewhere = 'plugins/prosody/mod_greeting.lua'

const folder = join(import.meta.dirname, '../../fixtures/import')

/** Starts what the cases of fixtures/import fetch from. */
export async function startImportPublishers(): Promise<ImportPublishers> {
  const forge = await startForge()
  await forge.commit(
    'jitsi/jitsi-meet',
    {
      'resources/prosody-plugins/mod_speaks.lua': 'local util = module:require "util";\n',
      'resources/prosody-plugins/mod_counts.lua': 'module:set_global();\n',
      'resources/prosody-plugins/util.lib.lua': 'return {};\n',
      'index.html': '<p></p>\n',
    },
    [tag],
  )
  const commit = await forge.commit('somebody/server-scripts', {
    [elsewhere]: 'module:hook("x", function () end);\n',
  })
  const hg = await startHg()
  const first = {
    'mod_conversejs/mod_conversejs.lua': 'module:depends("http");\n',
    'mod_pastebin/mod_pastebin.lua': 'module:hook("broken", function (;\n',
  }
  const revision = (await hg.commit(first, '2026-07-20 10:00 +0000')).slice(0, 12)
  const second = {'mod_conversejs/mod_conversejs.lua': 'module:depends("disco");\n'}
  await hg.commit(second, '2026-07-25 10:00 +0000')
  const filled = (text: string): string =>
    text
      .replaceAll('@TAG@', tag)
      .replaceAll('@COMMIT@', commit)
      .replaceAll('@ELSEWHERE@', elsewhere)
      .replaceAll('@REVISION@', revision)
  return {
    forge,
    revision,
    commit,
    async configure({config}) {
      await mkdir(config, {recursive: true})
      const own = {'https://hg.prosody.im/prosody-modules': hg.url, debian: 'http://127.0.0.1:9'}
      await writeFile(join(config, 'config.json'), JSON.stringify({mirrors: {...forge.mirrors, ...own}}))
    },
    async fixture(name) {
      const names = await readdir(join(folder, name))
      const texts = names.map(async (one) => [one, filled(await readFile(join(folder, name, one), 'utf8'))])
      return Object.fromEntries(await Promise.all(texts)) as Record<string, string>
    },
    async close() {
      await forge.close()
      await hg.close()
    },
  }
}

/** Writes files into the project of a sandbox. */
export async function putFiles(sandbox: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(sandbox.project, path)), {recursive: true})
    await writeFile(join(sandbox.project, path), text)
  }
}
