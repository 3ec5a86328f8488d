import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {sha256Of} from '../../../../src/digest.ts'
import {createEnvironment, type Environment} from '../../../../src/workbench/environment.ts'
import {explain, type Explanation} from '../../../../src/operations/explain/explain.ts'
import {identify} from '../../../../src/operations/identify/identify.ts'
import {type IdentifyResult} from '../../../../src/operations/identify/types.ts'
import type {ProsodyFile, ProsodyFiles} from '../../../../src/registry/types.ts'
import {renderIdentify} from '../../../../src/render/identify/text.ts'
import {said} from '../../../helpers/explained.ts'

const versions = ['9.9.1', '9.9.2'] as const

/** The text of a file in each version; roster alone differs. */
const texts: Readonly<Record<string, readonly [string, string]>> = {
  'modules/mod_ping.lua': same('-- ping\n'),
  'modules/mod_roster.lua': ['-- roster of 9.9.1\n', '-- roster, as 9.9.2 has it\n'],
  'modules/mod_mam/mod_mam.lua': same('-- mam\n'),
  'modules/mod_mam/prefs.lib.lua': same('-- prefs of mam\n'),
  'modules/muc/mod_muc.lua': same('-- the rooms\n'),
  ...Object.fromEntries(
    Array.from({length: 20}, (_, at) => [`util/part${at}.lua`, same(`-- part ${at}\n`)] as const),
  ),
  'util/startup.lua': same('-- startup\n'),
}

function same(text: string): readonly [string, string] {
  return [text, text]
}

const prosodyFiles: ProsodyFiles = {
  releases: versions.map((version) => ({
    version,
    package: `prosody_${version}-1_all.deb`,
    sha256: sha256Of(version),
  })),
  files: Object.fromEntries(Object.entries(texts).map(([path, both]) => [path, contents(both)])),
}

function contents([older, newer]: readonly [string, string]): ProsodyFile[] {
  const file = (text: string, releases: readonly string[]): ProsodyFile => ({
    sha256: sha256Of(text),
    size: text.length,
    releases,
  })
  return older === newer ? [file(older, versions)] : [file(older, ['9.9.1']), file(newer, ['9.9.2'])]
}

/** A folder with files, below which nothing else lies. */
function folderWith(files: Readonly<Record<string, string>>): {folder: string; environment: Environment} {
  const folder = mkdtempSync(join(tmpdir(), 'prosody-mods-own-'))
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), text)
  }
  const env = {PROSODY_MODS_CACHE: join(folder, '.cache'), PROSODY_MODS_CONFIG: join(folder, '.config')}
  const environment = createEnvironment({cwd: folder, env})
  return {folder, environment: {...environment, registry: {...environment.registry, prosodyFiles}}}
}

function prosody(version: 0 | 1, below = ''): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([path, both]) => [below + path, both[version]]))
}

async function identified(files: Readonly<Record<string, string>>): Promise<IdentifyResult> {
  const {folder, environment} = folderWith(files)
  return identify({folder, adopt: false, offline: true, dryRun: false}, environment)
}

function only(files: Readonly<Record<string, string>>, folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, text]) =>
      path.startsWith(folder) ? [[path.slice(folder.length), text]] : [],
    ),
  )
}

describe('a folder of Prosody’s own', () => {
  it('is told as that, with its version', async () => {
    const result = await identified(prosody(1))
    expect(result.trees).toMatchObject([
      {source: 'prosody', folder: '', versions: ['9.9.2'], complete: true, matching: 26},
    ])
    expect(result.modules.map(({module, state, version}) => [module, state, version])).toEqual([
      ['prosody/mam', 'exact', '9.9.2'],
      ['prosody/ping', 'exact', '9.9.2'],
      ['prosody/roster', 'exact', '9.9.2'],
      ['prosody/muc', 'exact', '9.9.2'],
    ])
    expect(result.unknown).toEqual([])
    expect(renderIdentify(result, '/')).toContain("Prosody's own, 9.9.2: complete, 26 files")
  })

  it('is told where its modules alone lie', async () => {
    const result = await identified(only(prosody(0), 'modules/'))
    expect(result.trees).toMatchObject([{source: 'prosody', versions: ['9.9.1'], complete: true}])
  })

  it('names what was changed, put in, or is of another version', async () => {
    const files = only(prosody(1), 'modules/')
    const result = await identified({
      ...files,
      'mod_ping.lua': '-- ping, by hand\n',
      'mod_roster.lua': texts['modules/mod_roster.lua']?.[0] ?? '',
      'mod_unheard_of.lua': '-- mine\n',
    })
    expect(result.modules.map(({module, name, state}) => [module ?? name, state])).toEqual([
      ['prosody/mam', 'exact'],
      ['prosody/ping', 'modified'],
      ['prosody/roster', 'exact'],
      ['unheard_of', 'unknown'],
      ['prosody/muc', 'exact'],
    ])
    // With one file of each version, the older one explains as much: the newest of equals would be no better.
    expect(result.trees).toMatchObject([{versions: ['9.9.1'], complete: false}])
  })

  it('is no folder of Prosody’s where single files were copied, which are told all the same', async () => {
    const result = await identified({
      'plugins/mod_ping.lua': '-- ping\n',
      'plugins/mod_roster.lua': '-- roster, by hand\n',
    })
    expect(result.trees).toEqual([])
    expect(result.modules).toMatchObject([
      {module: 'prosody/ping', state: 'exact', versions: ['9.9.2', '9.9.1'], files: ['plugins/mod_ping.lua']},
      {module: null, name: 'roster', state: 'unknown', publishers: ['prosody']},
    ])
  })
})

describe('line ends of Windows', () => {
  it('make no other file of a release’s, and are told', async () => {
    const files = Object.fromEntries(
      Object.entries(only(prosody(1), 'modules/')).map(([path, text]) => [
        path,
        text.replaceAll('\n', '\r\n'),
      ]),
    )
    const result = await identified(files)
    expect(result.trees).toMatchObject([{source: 'prosody', versions: ['9.9.2'], complete: true}])
    expect(result.modules.map(({state}) => state)).toEqual(['exact', 'exact', 'exact', 'exact'])
    expect(result.lineEnds).toEqual(Object.keys(files).sort())
    expect(renderIdentify(result, '/')).toContain('5 files with line ends of Windows')
  })

  it('are no excuse for other changes', async () => {
    const result = await identified({'mod_ping.lua': '-- ping, by hand\r\n'})
    expect(result.modules).toMatchObject([{module: null, state: 'unknown'}])
    expect(result.lineEnds).toEqual([])
  })
})

describe('an error at a place of Prosody’s own', () => {
  const error = (path: string): string =>
    `c2s55aa\terror\tTraceback[c2s]: ${path}:1: attempt to index a nil value (local 'a')`
  async function toldOf(files: Readonly<Record<string, string>>, inner: string): Promise<Explanation> {
    const {folder, environment} = folderWith(files)
    const {explained} = await explain([error(`${folder}/lib/prosody/${inner}`)], environment)
    const [one] = explained
    if (one === undefined) throw new Error('nothing is explained')
    return one
  }
  const below = 'lib/prosody/'
  const ping = `${below}modules/mod_ping.lua`

  it('is Prosody’s own where the file is the one that it ships', async () => {
    expect(said(await toldOf(prosody(0, below), 'modules/mod_ping.lua'))).toContain("Prosody's own mod_ping")
  })

  it('is not where the file was changed, and says so', async () => {
    const one = await toldOf({...prosody(0, below), [ping]: '-- ping, by hand\n'}, 'modules/mod_ping.lua')
    expect(said(one)).not.toContain("Prosody's own mod_ping")
    expect(said(one)).toContain('mod_ping.lua is not what Prosody 9.9.1 ships')
    expect(said(one)).toContain('prosody-mods identify')
  })

  it('claims nothing where the files around it are of no version that is known', async () => {
    const others = Object.fromEntries(Object.keys(prosody(0, below)).map((path) => [path, '-- another\n']))
    const one = await toldOf(others, 'modules/mod_ping.lua')
    expect(said(one)).toContain("Prosody's own mod_ping")
    expect(said(one)).not.toContain('ships')
  })

  it('claims nothing where no such file is there to read', async () => {
    const one = await toldOf({}, 'modules/mod_ping.lua')
    expect(said(one)).toContain("Prosody's own mod_ping")
    expect(one.causes).toEqual([])
  })

  it('is somebody else’s where Prosody ships no file of that name', async () => {
    const one = await toldOf({}, 'modules/mod_unheard_of.lua')
    expect(said(one)).toContain('none of Prosody 9.9.1, 9.9.2 ships such a file')
  })
})
