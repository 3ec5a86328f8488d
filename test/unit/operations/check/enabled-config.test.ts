import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, describe, expect, it} from 'vitest'
import {readEnabled} from '../../../../src/operations/check/enabled-config.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'enabled-config-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    writeFileSync(join(folder, path), text)
  }
  return folder
}

function enabled(files: Readonly<Record<string, string>>, given?: string) {
  const folder = folderWith(files)
  const found = readEnabled({folder, manifest: {}}, given === undefined ? [] : [join(folder, given)])
  return found && {names: [...found.names].sort(), unknown: found.unknown, files: found.files}
}

describe('what a configuration enables', () => {
  it('is read of hosts, components, authentication, storage and all that is included', () => {
    const main = `
local more = { "e"; "mod_f" }
modules_enabled = { "a"; "b", -- "not_this"
  "off"; "gone" }
modules_disabled = { "off" }
storage = { accounts = "x" }
VirtualHost "one.example"
  modules_disabled = { "gone" }
  modules_enabled = more
  authentication = "internal_hashed"
Component "rooms.example" "muc"
  modules_enabled = { "c" }
Component("ext.example")
VirtualHost "two.example" { modules_disabled = { "gone" }, modules_enabled = { "d" } }
Include "conf.d/*.cfg.lua"
modules_enabled = { "last" }
`
    const found = enabled({
      'prosody.cfg.lua': main,
      'conf.d/one.cfg.lua': 'modules_enabled = { "of_all" }; Include "/etc/prosody/conf.d/other.lua"',
      'conf.d/other.lua': 'Component "x.example" "own_component"',
      'conf.d/not.lua': 'modules_enabled = { "no" }',
    })
    expect(found?.names).toEqual([
      ...['auth_internal_hashed', 'c', 'component', 'd', 'e', 'f', 'last', 'muc', 'own_component'],
      'storage_x',
    ])
    expect(found?.unknown).toEqual([])
    expect(found?.files).toEqual(['prosody.cfg.lua', 'conf.d/one.cfg.lua', 'conf.d/other.lua'])
  })

  it('counts whatever stands under a condition, and says what is computed', () => {
    const found = enabled({
      'prosody.cfg.lua': `
if os.getenv("X") then modules_enabled = { "a" } else modules_enabled = { "b"; os.getenv("Y") } end
VirtualHost (os.getenv("HOST"))
  modules_enabled = require("list")()
Include(os.getenv("DIR") .. "/x.lua")
Include "../elsewhere.lua"
Include "missing.lua"
`,
    })
    expect(found?.names).toEqual(['a', 'b'])
    expect(found?.unknown).toEqual([
      'prosody.cfg.lua:5: Include of a computed path is not followed: Include(os.getenv("DIR") .. "/x.lua")',
      'prosody.cfg.lua:6: Include of ../elsewhere.lua is not followed',
      'prosody.cfg.lua:7: Include of missing.lua: there is no such file here',
      'prosody.cfg.lua:2: modules_enabled is computed',
      'prosody.cfg.lua:4: modules_enabled is computed',
    ])
  })

  it('is read of conf.d/ where there is no prosody.cfg.lua, and of a named file before both', () => {
    const files = {
      'conf.d/a.cfg.lua': 'VirtualHost "a"\nmodules_enabled = { "a" }',
      'conf.d/prosody-mods.cfg.lua': 'modules_enabled = { "ours" }',
      'etc/mine.lua': 'modules_enabled = { "b" }\nInclude "conf.d/*.cfg.lua"',
      'etc/conf.d/c.cfg.lua': 'VirtualHost "c"\nmodules_enabled = { "c" }',
    }
    expect(enabled(files)?.names).toEqual(['a'])
    expect(enabled(files, 'etc/mine.lua')?.names).toEqual(['b', 'c'])
  })

  it('is not told without one that says anything, nor of what is no Lua', () => {
    expect(enabled({})).toBeUndefined()
    expect(enabled({'prosody.cfg.lua': 'log = "x"'})).toBeUndefined()
    const template = enabled({
      'prosody.cfg.lua': 'modules_enabled = { "a" }\nInclude "conf.d/*.lua"',
      'conf.d/t.lua': '{{ .Env.MORE }}',
      'conf.d/u.lua': '\n  ] = 1',
    })
    expect(template?.names).toEqual(['a'])
    expect(template?.unknown).toEqual([
      "conf.d/u.lua:2: it is no Lua: unexpected symbol ']' near '='",
      'conf.d/t.lua:1: lines that the template puts in: {{ .Env.MORE }}',
    ])
  })

  it('leaves the folder by no link, and includes in circles once', () => {
    const outside = folderWith({'secret.lua': 'VirtualHost "s"\nmodules_enabled = { "secret" }'})
    const folder = folderWith({
      'prosody.cfg.lua': 'modules_enabled = { "a" }\nInclude "*.lua"\nInclude "inside/*.lua"',
    })
    symlinkSync(join(outside, 'secret.lua'), join(folder, 'secret.lua'))
    mkdirSync(join(folder, 'inside'))
    mkdirSync(join(folder, 'avail'))
    writeFileSync(join(folder, 'avail', 'b.lua'), 'VirtualHost "b"\nmodules_enabled = { "b" }')
    symlinkSync('../avail/b.lua', join(folder, 'inside', 'b.lua'))
    const found = readEnabled({folder, manifest: {}})
    expect([...(found?.names ?? [])].sort()).toEqual(['a', 'b'])
    expect(found?.unknown).toEqual([
      'prosody.cfg.lua:2: prosody.cfg.lua includes itself',
      'prosody.cfg.lua:2: secret.lua is not read: it is no file of the folder',
    ])
  })

  it('refuses a named file that is none', () => {
    const folder = folderWith({})
    expect(() => readEnabled({folder, manifest: {}}, [join(folder, 'no.lua')])).toThrow(/there is nothing at/)
    expect(() => readEnabled({folder, manifest: {}}, [folder])).toThrow(/is no configuration file/)
  })
})
