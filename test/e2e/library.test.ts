import {readFile, symlink, writeFile, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {mustRun} from '../helpers/program.ts'
import {scratchFolder} from '../helpers/scratch.ts'

const root = join(import.meta.dirname, '../..')

describe('the library, as it is built', () => {
  it('does what its documentation shows', async () => {
    const folder = await scratchFolder()
    await mkdir(join(folder, 'node_modules'))
    await symlink(root, join(folder, 'node_modules/prosody-mods'))
    const text = await readFile(join(root, 'docs/reference/library.md'), 'utf8')
    const [, example = ''] = /```js\n([\s\S]*?)```/.exec(text) ?? []
    await writeFile(join(folder, 'example.mjs'), example)
    await writeFile(
      join(folder, 'mod_greet.lua'),
      'module:depends "muc"\nmodule:get_option_number(module.name .. "_limit", 60 * 60)\nmodule:get_option(f())\n',
    )
    const run = (): Promise<string> => mustRun(['node', 'example.mjs'], {cwd: folder})
    expect(await run()).toBe('greet_limit number 3600\nf() any no default\nmuc-component\n')
    await writeFile(join(folder, 'mod_greet.lua'), '\nlocal = 1\n')
    await expect(run()).rejects.toThrow('line 2: ')
  })
})
