// What clients find of the image of a project with Jitsi's modules and muc_moderation, from the Dockerfile that "image init"
// has written there: npx tsx test/prove-image.ts FOLDER. As root, with what the tests need.
import {readFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import type {Image} from './helpers/image-container.ts'
import {
  jitsiSettings,
  startKeys,
  startSetting,
  type JitsiSetting,
} from './helpers/image-proof/jitsi-settings.ts'
import {prove} from './helpers/image-proof/running.ts'
import {newImageStore} from './helpers/image.ts'
import type {JitsiLayout} from './helpers/jitsi-like.ts'
import type {TestServer} from './helpers/server.ts'

interface Total {
  readonly held: number
  readonly failed: number
}

const [folder = '.'] = process.argv.slice(2)
const total = await proveFolder(resolve(folder))
console.log(`${total.held} statements held, ${total.failed} did not`)
process.exit(total.failed === 0 ? 0 : 1)

async function proveFolder(path: string): Promise<Total> {
  const images = await newImageStore()
  const keys = await startKeys()
  try {
    const image = await images.build(path)
    let all: Total = {held: 0, failed: 0}
    for (const setting of jitsiSettings(await layoutOf(path))) {
      const {held, failed} = await proveSetting(image, setting, keys)
      all = {held: all.held + held, failed: all.failed + failed}
    }
    return all
  } finally {
    await keys.close()
    await images.remove()
  }
}

async function proveSetting(image: Image, setting: JitsiSetting, keys: TestServer): Promise<Total> {
  console.log(`a back end ${setting.title}`)
  const {running, server} = await startSetting(image, setting, keys)
  let held = 0
  for (const proof of setting.proofs) {
    try {
      await prove(running, proof, server)
      console.log(`  ok      ${proof.name}`)
      held += 1
    } catch (error) {
      console.log(`  FAILED  ${proof.name}\n`, error)
    }
  }
  await running.stop()
  return {held, failed: setting.proofs.length - held}
}

/** The tree of 2026 has a component for polls. */
async function layoutOf(path: string): Promise<JitsiLayout> {
  const lock = await readFile(join(path, 'prosody-mods.lock.json'), 'utf8')
  return lock.includes('mod_polls_component.lua') ? '2026' : '10008'
}
