import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {
  jitsiLayouts,
  jitsiProject,
  jitsiVersions,
  manifests,
  type JitsiProject,
  type ProsodyLine,
} from '../helpers/jitsi-like.ts'

const lines = Object.keys(manifests) as readonly ProsodyLine[]

describe.for(jitsiLayouts)('the Jitsi-like modules of layout %s', (layout) => {
  describe.for(lines)('on Prosody %s', (line) => {
    let project: JitsiProject
    beforeAll(async () => {
      project = await jitsiProject(layout, line)
    })
    afterAll(() => project.remove())

    it('are a release of Jitsi that the registry does not know', async () => {
      const {json} = await project.cli('list', '--json')
      expect(json).toMatchObject({
        modules: [
          {module: 'jitsi-contrib/token_affiliation'},
          {module: 'jitsi/*', version: jitsiVersions[layout]},
        ],
      })
    })

    it('have no findings', async () => {
      expect((await project.cli('lint')).stdout).toMatch(/^no findings in \d+ files\n$/)
      await project.cli('check')
    })

    it('need the libraries that Jitsi needs', async () => {
      const {stdout} = await project.cli('deps')
      for (const library of ['basexx', 'cjson', 'inspect', 'net.url', 'openssl'])
        expect(stdout).toContain(library)
    })
  })
})
