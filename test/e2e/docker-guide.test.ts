import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {guideContext, importedContext, type Context} from '../helpers/context.ts'
import {fileDigest} from '../helpers/digest.ts'
import {newImageStore, type ImageStore} from '../helpers/image.ts'

const moduleFile = 'mod_muc_moderation/mod_muc_moderation.lua'

/** Files of a section of the guide, by the names that stand before their blocks, as they stand there. */
async function filesOf(section: string): Promise<Map<string, string>> {
  const guide = await readFile(join(import.meta.dirname, '../../docs/guide/docker.md'), 'utf8')
  const text = guide.split(/^## /m).find((part) => part.startsWith(section)) ?? ''
  const blocks = text.matchAll(/^`([\w.-]+)`[^\n]*(?:\n[^\n`]+)*\n\n```\w*\n(.*?)^```$/gms)
  return new Map(Array.from(blocks, ([, name = '', content = '']) => [name, content]))
}

describe('docs/guide/docker.md', () => {
  let context: Context
  let images: ImageStore

  beforeAll(async () => {
    context = await guideContext()
    images = await newImageStore()
  }, 600_000)

  afterAll(async () => {
    await context.remove()
    await images.remove()
  })

  it.each([
    {recipe: 'COPY', needs: ['prosody.cfg.lua', 'Dockerfile', '.dockerignore']},
    {recipe: 'RUN', needs: ['Dockerfile', '.dockerignore']},
  ])(
    'the recipe with $recipe builds as it stands there, and its image loads the module',
    async ({recipe, needs}) => {
      const files = await filesOf(`${recipe}:`)
      expect([...files.keys()]).toEqual(needs)
      expect(files.get('Dockerfile')).not.toMatch(/\bnpm\b/)
      for (const [name, content] of files) await writeFile(join(context.folder, name), content)
      if (recipe === 'RUN') await rm(join(context.folder, 'prosody-modules'), {recursive: true})
      await loadsModule(context)
    },
    1_200_000,
  )

  it('the stage that import --run writes builds, and its image loads the module', async () => {
    const imported = await importedContext()
    try {
      const configuration = (await filesOf('COPY:')).get('prosody.cfg.lua') ?? ''
      await writeFile(join(imported.folder, 'prosody.cfg.lua'), configuration)
      await loadsModule(imported)
    } finally {
      await imported.remove()
    }
  }, 1_200_000)

  /** Builds the image of a context, and has a Prosody in it load the module that is locked. */
  async function loadsModule(project: Context): Promise<void> {
    const image = await images.build(project.folder)
    const path = `/usr/local/lib/prosody-mods/community/${moduleFile}`
    const locked = await project.lockedDigest('community/muc_moderation', moduleFile)
    expect(await fileDigest(join(image.root, path))).toBe(locked)
    const container = await image.start({})
    try {
      expect(await container.modulePath('conference.localhost', 'muc_moderation')).toBe(path)
    } finally {
      expect(await container.stop()).toBe(0)
    }
  }
})
