import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {sha256Of} from '../../../../src/digest.ts'
import type {RegistryLibraries} from '../../../../src/registry/types.ts'
import {gitRepository} from '../../../helpers/git-repository.ts'
import {scratchRegistry, type ScratchRegistry} from '../../../helpers/scratch-registry.ts'

const main = 'local parts = require "net.url_parts";\nreturn { parse = parts };\n'
const parts = 'return function (text) return text; end;\n'

function withRepository() {
  const scratch = scratchRegistry('libraries.json')
  const repository = gitRepository(join(scratch.inputs, 'lua-url'))
  repository.write('src/url.lua', main)
  repository.write('src/parts.lua', parts)
  repository.write('src/broken.lua', 'local = 1\n')
  const commit = repository.commit()
  repository.git(['tag', '--annotate', '--message', 'annotated', 'v0.9'])
  return {
    scratch,
    commit,
    run: (...files: readonly string[]) =>
      scratch.run(
        ...['import-rock', '--rock', 'net-url', '--at', 'acme/lua-url', '--repository', repository.folder],
        ...['--revision', 'v0.9', '--needs', 'socket', ...files],
      ),
  }
}

function rockIn(scratch: ScratchRegistry) {
  return (scratch.json('libraries.json') as RegistryLibraries).rocks['net.url']
}

describe('import-rock', () => {
  it('has the digests of the files at the commit of a tag, and where Lua finds them', async () => {
    const {scratch, commit, run} = withRepository()
    expect(await run('src/parts.lua=net/url_parts.lua', 'src/url.lua=net/url.lua')).toBe(
      'libraries.json written',
    )
    expect(rockIn(scratch)?.source).toEqual({
      repository: 'acme/lua-url',
      revision: commit,
      needs: ['socket'],
      files: [
        {path: 'src/url.lua', to: 'net/url.lua', sha256: sha256Of(main), size: main.length},
        {path: 'src/parts.lua', to: 'net/url_parts.lua', sha256: sha256Of(parts), size: parts.length},
      ],
    })
  })

  it.for([
    [
      'a rock without the library’s file',
      ['src/parts.lua=net/url_parts.lua'],
      /none of these files is net\.url$/,
    ],
    [
      'a part that is required and not there',
      ['src/url.lua=net/url.lua'],
      /requires net\.url_parts, which is not/,
    ],
    [
      'a file that is not in the repository',
      ['src/gone.lua=net/url.lua'],
      /acme\/lua-url has no file src\/gone\.lua in v0\.9/,
    ],
    ['a file that is no Lua', ['src/broken.lua=net/url.lua'], /src\/broken\.lua: /],
  ] as const)('refuses %s', async ([, files, says], {expect}) => {
    const {scratch, run} = withRepository()
    const before = scratch.text('libraries.json')
    await expect(run(...files)).rejects.toThrow(says)
    expect(scratch.text('libraries.json')).toBe(before)
  })
})
