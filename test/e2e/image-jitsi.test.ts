import {rm} from 'node:fs/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Image} from '../helpers/image-container.ts'
import {certificatesFor} from '../helpers/image-proof/certificates.ts'
import type {JitsiServer} from '../helpers/image-proof/conferences.ts'
import {jitsiSettings, required, startKeys, startSetting} from '../helpers/image-proof/jitsi-settings.ts'
import {encryption} from '../helpers/image-proof/logins.ts'
import {expectRefused} from '../helpers/image-proof/refused.ts'
import {everything, asGiven, optionsOf} from '../helpers/image-proof/every-switch.ts'
import {prove, startAlone, type Running} from '../helpers/image-proof/running.ts'
import {refusals} from '../helpers/image-proof/wrong-values.ts'
import {newImageStore, type ImageStore} from '../helpers/image.ts'
import {jitsiLayouts, jitsiProject} from '../helpers/jitsi-like.ts'
import {prosodyLines} from '../helpers/project.ts'
import type {TestServer} from '../helpers/server.ts'

let keys: TestServer

beforeAll(async () => {
  keys = await startKeys()
})
afterAll(() => keys.close())

describe.for(prosodyLines)('with Prosody %s', (line) => {
  let images: ImageStore
  beforeAll(async () => {
    images = await newImageStore()
  })
  afterAll(() => images.remove())

  describe.for(jitsiLayouts)('the image of a project with Jitsi of layout %s', (layout) => {
    let image: Image
    beforeAll(async () => {
      const project = await jitsiProject(layout, line)
      await project.addPublished('muc_moderation')
      await project.cli('image', 'init', '--profile', 'jitsi')
      image = await images.build(project.folder)
      await project.remove()
    }, 900_000)

    it(
      'does not start with a value that can not be, and names the variable',
      {timeout: 180_000},
      async () => {
        expectRefused(await refusals(image, 'jitsi', required))
      },
    )

    it(
      'starts with every switch on, and hands options on as they were given',
      {timeout: 60_000},
      async () => {
        const running = await startAlone(image, {environment: {...required, ...everything}})
        try {
          const faults = running.container.log().match(/^.*\b(?:error|warn)\b.*$/gm) ?? []
          expect(faults.filter((line) => !line.includes('empty tokens'))).toEqual([])
          expect(await optionsOf(running, Object.keys(asGiven))).toEqual(Object.values(asGiven))
        } finally {
          await running.stop()
        }
      },
    )

    it(
      'makes a certificate for Jicofo’s host where the user’s is for another',
      {timeout: 60_000},
      async () => {
        const domain = 'meet.example'
        const certificates = await certificatesFor(domain)
        const running = await startAlone(image, {
          environment: {...required, XMPP_DOMAIN: domain, XMPP_AUTH_DOMAIN: 'auth.internal'},
          volumes: {'/etc/prosody/certs': certificates},
        })
        try {
          expect(running.container.log()).not.toMatch(/\b(?:error|warn)\b/)
          const account = {username: 'focus', password: required.JICOFO_AUTH_PASSWORD}
          const hosts = {[domain]: encryption(), 'auth.internal': encryption(account)}
          for (const [host, proof] of Object.entries(hosts))
            await prove(running, proof, {domain: host, ports: running.ports})
        } finally {
          await running.stop()
          await rm(certificates, {recursive: true})
        }
      },
    )

    describe.for(jitsiSettings(layout))('as a back end $title', (setting) => {
      let running: Running
      let server: JitsiServer
      beforeAll(async () => {
        ;({running, server} = await startSetting(image, setting, keys))
      })
      afterAll(() => running.stop())

      it('starts without an error or a warning', () => {
        expect(running.container.log()).not.toMatch(/\b(?:error|warn)\b/)
      })

      it.for(setting.proofs)('$name', (proof) => prove(running, proof, server))
    })
  })
})
