import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {moderationContext} from '../helpers/context.ts'
import type {Context} from '../helpers/context.ts'
import {fileDigest} from '../helpers/digest.ts'
import {machinePlace} from '../helpers/prosody-place.ts'
import {mucHost, startProsody} from '../helpers/prosody.ts'

const module = 'muc_moderation'
const moduleFile = 'mod_muc_moderation/mod_muc_moderation.lua'

describe("the machine's Prosody on a written context", {timeout: 120_000}, () => {
  let context: Context
  beforeAll(async () => {
    context = await moderationContext()
  }, 300_000)
  afterAll(() => context.remove())

  it('loads muc_moderation from the context, with the locked digest', async () => {
    await assertLoaded(context)
  })

  it('does not load it without our configuration file', async () => {
    await rm(join(context.folder, 'conf.d/prosody-mods.cfg.lua'))
    await expect(assertLoaded(context)).rejects.toThrow(/expected undefined to be '/)
  })
})

/** Starts Prosody and fails, with its log, unless the module that runs is the context's and as locked. */
async function assertLoaded(context: Context): Promise<void> {
  const prosody = await startProsody(await machinePlace(), {context: context.folder, mucModules: [module]})
  try {
    const path = await prosody.modulePath(mucHost, module)
    expect(path, prosody.log()).toBe(join(context.folder, 'prosody-modules/community', moduleFile))
    expect(await fileDigest(path ?? '')).toBe(await context.lockedDigest(`community/${module}`, moduleFile))
  } finally {
    await prosody.stop()
  }
}
