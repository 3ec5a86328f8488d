import {createHash} from 'node:crypto'
import {mkdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {copyFromFolder, readFolder} from '../../src/fetch/folder.ts'
import {Store} from '../../src/fetch/store.ts'
import {mustRun} from '../helpers/program.ts'
import {scratchFolder} from '../helpers/scratch.ts'

const lua = 'module:set_global()\n'
const sha256 = createHash('sha256').update(lua).digest('hex')

describe('readFolder', () => {
  it('hashes every file, and passes over what is no module: hidden, node_modules, pipes', async () => {
    const folder = await modules()
    await mkdir(join(folder, '.git'))
    await writeFile(join(folder, '.git/config'), '')
    await writeFile(join(folder, 'mod_a/.luacheckrc'), '')
    await mkdir(join(folder, 'node_modules/x'), {recursive: true})
    await writeFile(join(folder, 'node_modules/x/mod_x.lua'), lua)
    await mustRun(['mkfifo', join(folder, 'mod_a/pipe')])
    const {files, links} = await readFolder(folder)
    expect([...files]).toEqual([
      ['mod_a/html/page.html', {sha256: expect.any(String) as string, size: 4}],
      ['mod_a/mod_a.lua', {sha256, size: lua.length}],
    ])
    expect([...links]).toEqual([])
  })

  it('keeps links inside the folder as links, to what is at their end', async () => {
    const folder = await modules()
    await symlink('mod_a', join(folder, 'mod_b'))
    await symlink('mod_b', join(folder, 'mod_c'))
    await symlink('../..a', join(folder, 'mod_a/odd'))
    await writeFile(join(folder, '..a'), 'a name that begins with dots')
    const {links} = await readFolder(folder)
    expect(Object.fromEntries(links)).toEqual({mod_b: 'mod_a', mod_c: 'mod_a', 'mod_a/odd': '..a'})
  })

  it.each([
    {name: 'out of it', target: '../outside.lua', code: 'ARCHIVE_LINK_ESCAPES'},
    {name: 'out of it by a whole path', target: '/etc/hostname', code: 'ARCHIVE_LINK_ESCAPES'},
    {name: 'to the folder itself', target: '.', code: 'ARCHIVE_LINK_ESCAPES'},
    {name: 'to nowhere', target: 'none.lua', code: 'ARCHIVE_LINK_BROKEN'},
    {name: 'to itself', target: 'link.lua', code: 'ARCHIVE_LINK_BROKEN'},
  ])('refuses a link that leads $name', async ({target, code}) => {
    const folder = await modules()
    await writeFile(join(folder, '../outside.lua'), lua)
    await symlink(target, join(folder, 'link.lua'))
    await expect(readFolder(folder)).rejects.toMatchObject({code})
  })

  it('follows a link that is the folder', async () => {
    const folder = await modules()
    await symlink(folder, `${folder}-link`)
    const {files} = await readFolder(`${folder}-link`)
    expect(files.has('mod_a/mod_a.lua')).toBe(true)
  })

  it('says what is missing, and what is no folder', async () => {
    const folder = await modules()
    const missing = {code: 'PATH_NOT_FOUND', message: `there is nothing at ${folder}/none`}
    await expect(readFolder(`${folder}/none`)).rejects.toMatchObject(missing)
    const file = {code: 'PATH_NOT_FOUND', message: `${folder}/mod_a/mod_a.lua is not a folder`}
    await expect(readFolder(`${folder}/mod_a/mod_a.lua`)).rejects.toMatchObject(file)
  })
})

describe('copyFromFolder', () => {
  const want = {sha256, name: 'mod_a', knownVariant: false, candidates: []}

  it('puts the file into the store while it is the wanted one', async () => {
    const folder = await modules()
    const store = new Store(join(folder, '../store'))
    const at = {folder, path: 'mod_a/mod_a.lua'}
    await copyFromFolder(want, at, store)
    expect(store.read(sha256)?.toString()).toBe(lua)

    await rm(store.folder, {recursive: true})
    await writeFile(join(folder, at.path), 'other()\n')
    const other = {code: 'DIGEST_MISMATCH', details: {expected: sha256, location: join(folder, at.path)}}
    await expect(copyFromFolder(want, at, store)).rejects.toMatchObject(other)
    expect(await store.list()).toEqual([])
    await expect(readFile(store.pathOf(sha256))).rejects.toThrow('ENOENT')

    await rm(join(folder, at.path))
    await expect(copyFromFolder(want, at, store)).rejects.toMatchObject({code: 'PATH_NOT_FOUND'})
  })
})

/** A folder with one module, in a folder of its own. */
async function modules(): Promise<string> {
  const folder = join(await scratchFolder(), 'modules')
  await mkdir(join(folder, 'mod_a/html'), {recursive: true})
  await writeFile(join(folder, 'mod_a/mod_a.lua'), lua)
  await writeFile(join(folder, 'mod_a/html/page.html'), '<p>\n')
  return folder
}
