import {mkdir, readFile, rm, symlink, truncate, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {sha256Of} from '../../../src/digest.ts'
import {copyFromFolder, readFolder} from '../../../src/fetch/folder.ts'
import {Store} from '../../../src/store/store.ts'
import {folderLocation} from '../../helpers/folders.ts'
import {mustRun} from '../../helpers/program.ts'
import {scratchFolder} from '../../helpers/scratch.ts'

const mebibyte = 1024 * 1024
const lua = 'module:set_global()\n'
const sha256 = sha256Of(lua)

describe('readFolder', () => {
  it('lists every file, and passes over hidden folders and node_modules', async () => {
    const folder = await modules()
    await mkdir(join(folder, '.git'))
    await writeFile(join(folder, '.git/config'), '')
    await writeFile(join(folder, 'mod_a/.luacheckrc'), '')
    await mkdir(join(folder, 'node_modules/x'), {recursive: true})
    await writeFile(join(folder, 'node_modules/x/mod_x.lua'), lua)
    await mkdir(join(folder, 'written/x'), {recursive: true})
    await writeFile(join(folder, 'written/x/mod_x.lua'), lua)
    const location = folderLocation(folder, {except: [join(folder, 'written')]})
    const {files, links, rootName} = await readFolder(location)
    expect([...files.keys()]).toEqual(['mod_a/.luacheckrc', 'mod_a/html/page.html', 'mod_a/mod_a.lua'])
    expect(files.get('mod_a/mod_a.lua')).toMatchObject({sha256, size: lua.length, isKey: false})
    expect([...links]).toEqual([])
    expect(rootName).toBe('modules')
  })

  it('opens no file before its digest is asked for, and then only a regular one', async () => {
    const folder = await modules()
    await mustRun(['mkfifo', join(folder, 'mod_a/pipe')])
    const {files, barred} = await readFolder(folderLocation(folder))
    expect([...(barred ?? [])]).toEqual([['mod_a/pipe', {why: 'special'}]])
    const page = join(folder, 'mod_a/html/page.html')
    await rm(page)
    await mustRun(['mkfifo', page])
    expect(() => files.get('mod_a/html/page.html')?.sha256).toThrow('is no regular file')
    await rm(page)
    await symlink('../mod_a.lua', page)
    expect(() => files.get('mod_a/html/page.html')?.sha256).toThrow('is no regular file')
    expect(files.get('mod_a/mod_a.lua')?.sha256).toBe(sha256)
  })

  it('knows a private key when it is read', async () => {
    const folder = await modules()
    await writeFile(join(folder, 'mod_a/text.txt'), '-----BEGIN EC PRIVATE KEY-----\nMHc\n')
    const {files} = await readFolder(folderLocation(folder))
    expect(files.get('mod_a/text.txt')?.isKey).toBe(true)
  })

  it('refuses a file that is too large, and more than one folder may have', async () => {
    const folder = await modules()
    for (const name of ['big', ...Array.from({length: 17}, (_, index) => `part${index}`)]) {
      await writeFile(join(folder, name), '')
      await truncate(join(folder, name), name === 'big' ? 16 * mebibyte + 1 : 16 * mebibyte)
    }
    const {files} = await readFolder(folderLocation(folder))
    const tooLarge = expect.objectContaining({code: 'ARCHIVE_TOO_LARGE'}) as Error
    expect(() => files.get('big')?.sha256).toThrow(tooLarge)
    const other = await readFolder(folderLocation(folder))
    for (let index = 0; index < 16; index += 1) expect(other.files.get(`part${index}`)?.isKey).toBe(false)
    expect(() => other.files.get('part16')?.sha256).toThrow(tooLarge)
  })

  it('keeps links inside the folder as links, to what is at their end', async () => {
    const folder = await modules()
    await symlink('mod_a', join(folder, 'mod_b'))
    await symlink('mod_b', join(folder, 'mod_c'))
    await symlink('../..a', join(folder, 'mod_a/odd'))
    await writeFile(join(folder, '..a'), 'a name that begins with dots')
    const {links} = await readFolder(folderLocation(folder))
    expect(Object.fromEntries(links)).toEqual({mod_b: 'mod_a', mod_c: 'mod_a', 'mod_a/odd': '..a'})
  })

  it.each([
    {name: 'out of what is allowed', target: '../../outside.lua', why: 'escapes'},
    {name: 'out of it by a whole path', target: '/etc/hostname', why: 'escapes'},
    {name: 'to the folder itself', target: '.', why: 'escapes'},
    {name: 'to a folder around it', target: '..', why: 'escapes'},
    {name: 'to nowhere', target: 'none.lua', why: 'broken'},
    {name: 'to itself', target: 'link.lua', why: 'broken'},
  ])('bars a link that leads $name', async ({target, why}) => {
    const folder = await modules()
    await writeFile(join(folder, '../../outside.lua'), lua)
    await symlink(target, join(folder, 'link.lua'))
    const {files, links, barred} = await readFolder(folderLocation(folder))
    expect([...(barred ?? [])]).toEqual([['link.lua', {why, to: expect.any(String) as string}]])
    expect([...files.keys(), ...links.keys()]).not.toContain('link.lua')
  })

  it('follows links to where the folder itself may lie, and no ring of them', async () => {
    const folder = await modules()
    const beside = join(folder, '../beside')
    await mkdir(beside)
    await writeFile(join(beside, 'x.lib.lua'), lua)
    await symlink('.', join(beside, 'ring'))
    await symlink('../beside/x.lib.lua', join(folder, 'y.lib.lua'))
    await symlink('../beside', join(folder, 'common'))
    const {files} = await readFolder(folderLocation(folder))
    expect(files.get('y.lib.lua')?.sha256).toBe(sha256)
    expect([...files.keys()].filter((path) => path.startsWith('common'))).toEqual(['common/x.lib.lua'])
  })

  it('follows a link that is the folder', async () => {
    const folder = await modules()
    await symlink(folder, `${folder}-link`)
    const {files} = await readFolder(folderLocation(`${folder}-link`))
    expect(files.has('mod_a/mod_a.lua')).toBe(true)
  })

  it('refuses a folder that lies outside, links followed, and says how to allow it', async () => {
    const folder = await modules()
    const project = join(folder, '../project')
    await mkdir(project)
    await symlink(folder, join(project, 'inside'))
    for (const path of [folder, join(project, 'inside')]) {
      const location = folderLocation(path, {within: [project]})
      const outside = {code: 'PATH_OUTSIDE', exitCode: 4, hint: 'allow it'}
      await expect(readFolder(location)).rejects.toMatchObject(outside)
      const message = `${path} lies outside of the project\n  expected a folder in ${project}\n  found    ${folder}`
      await expect(readFolder(location)).rejects.toThrow(message)
      const allowed = {...location, within: [project, `${folder}/..`]}
      expect((await readFolder(allowed)).files.has('mod_a/mod_a.lua')).toBe(true)
    }
    const sibling = folderLocation(`${folder}-more`, {within: [folder]})
    await mkdir(sibling.path)
    await expect(readFolder(sibling)).rejects.toMatchObject({code: 'PATH_OUTSIDE'})
  })

  it('says what is missing, and what is no folder', async () => {
    const folder = await modules()
    const missing = {code: 'PATH_NOT_FOUND', message: `there is nothing at ${folder}/none`}
    await expect(readFolder(folderLocation(`${folder}/none`))).rejects.toMatchObject(missing)
    const file = {code: 'PATH_NOT_FOUND', message: `${folder}/mod_a/mod_a.lua is not a folder`}
    await expect(readFolder(folderLocation(`${folder}/mod_a/mod_a.lua`))).rejects.toMatchObject(file)
  })
})

describe('copyFromFolder', () => {
  const want = {sha256, name: 'mod_a', knownVariant: false, candidates: []}

  it('puts the file into the store while it is the wanted one', async () => {
    const folder = await modules()
    const store = new Store(join(folder, '../store'))
    const at = {location: folderLocation(folder), path: 'mod_a/mod_a.lua'}
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

    await writeFile(join(folder, '../../outside.lua'), lua)
    await symlink('../../../outside.lua', join(folder, at.path))
    await expect(copyFromFolder(want, at, store)).rejects.toMatchObject({code: 'PATH_OUTSIDE'})
    await rm(join(folder, at.path))
    await mustRun(['mkfifo', join(folder, at.path)])
    await expect(copyFromFolder(want, at, store)).rejects.toMatchObject({code: 'ARCHIVE_SPECIAL_FILE'})
    expect(await store.list()).toEqual([])
  })
})

/** A folder with one module, in a folder of its own. */
async function modules(): Promise<string> {
  const folder = join(await scratchFolder(), 'around/modules')
  await mkdir(join(folder, 'mod_a/html'), {recursive: true})
  await writeFile(join(folder, 'mod_a/mod_a.lua'), lua)
  await writeFile(join(folder, 'mod_a/html/page.html'), '<p>\n')
  return folder
}
