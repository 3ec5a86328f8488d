import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {isOfFiles, type Advisory} from '../../../../src/registry/advisories.ts'
import {scratchRegistry} from '../../../helpers/scratch-registry.ts'

describe('the advisories command', () => {
  it('writes the digests of all affected releases, and the same ones each time', async () => {
    const scratch = scratchRegistry('advisories', 'releases', 'history')
    const names = readdirSync(join(scratch.folder, 'advisories'))
    const before = names.map((name) => scratch.text(`advisories/${name}`))
    for (const name of names) {
      const path = `advisories/${name}`
      const advisory = scratch.json(path) as Advisory
      const affected = advisory.affected.map((one) => {
        if (!isOfFiles(one)) return one
        const {files, ...rest} = one.ecosystem_specific
        const empty = Object.fromEntries(Object.keys(files).map((file) => [file, []]))
        return {...one, ecosystem_specific: {...rest, files: empty}}
      })
      writeFileSync(join(scratch.folder, path), JSON.stringify({...advisory, affected}))
    }
    const printed = await scratch.run('advisories')
    expect(printed.split('\n')).toEqual(names.map((name) => `advisories/${name} written`))
    expect(names.map((name) => scratch.text(`advisories/${name}`))).toEqual(before)
    expect(await scratch.run('advisories')).toBe(
      names.map((name) => `advisories/${name} unchanged`).join('\n'),
    )
  })
})
