import {chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {jitsiConfigurations, type JitsiMode} from '../../src/image/jitsi-folders.ts'
import {newSandbox, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {machinePlace} from '../helpers/prosody-place.ts'
import {mucHost, startProsody, type RunningProsody} from '../helpers/prosody.ts'

const tag = {tag: 'stable-10888', build: 10888, revision: 0}
const rooms = 'module:depends("muc");\nmodule:hook("muc-occupant-joined", function () end);\n'

let work: string
let sandbox: Sandbox
/** What `add` printed, and what `image env` did. */
let added: CliOutput
let env: CliOutput

async function must(...args: readonly string[]): Promise<CliOutput> {
  const output = await sandbox.cli(args)
  expect({args, code: output.code, stderr: output.code === 0 ? '' : output.stderr}).toEqual({
    args,
    code: 0,
    stderr: '',
  })
  return output
}

async function ownModule(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(sandbox.project, `mod_${name}`)
  await mkdir(folder)
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
  return `./mod_${name}`
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'prosody-mods-djm-'))
  await chmod(work, 0o755)
  sandbox = await newSandbox()
  await writeFile(
    join(sandbox.project, '.env'),
    `CONFIG=${work}/cfg\nXMPP_MUC_MODULES="muc_hide_all" # ours\n`,
  )
  await must('init', '--for', 'docker-jitsi-meet', '--version', tag.tag)
  const moderation = await ownModule('muc_moderation', {
    'mod_muc_moderation.lua': `${rooms}whose = "ours";\n`,
  })
  const taker = await ownModule('takes_util', {
    'mod_takes_util.lua': `${rooms}whose = module:require "util".whose;\n`,
    'util.lib.lua': 'return { whose = "ours" };\n',
  })
  added = await must('add', moderation, taker)
  env = await must('image', 'env')
  await must('install', '--destdir', join(work, 'cfg/prosody'))
  await image()
}, 120_000)

afterAll(async () => {
  await sandbox.remove()
  await rm(work, {recursive: true, force: true})
})

/** The image's own folders: a module and a library of the names that ours have. */
async function image(): Promise<void> {
  const folders = {jitsi: join(work, 'jitsi'), contrib: join(work, 'contrib')}
  for (const folder of Object.values(folders)) await mkdir(folder)
  await writeFile(join(folders.jitsi, 'mod_muc_moderation.lua'), `${rooms}whose = "the image's";\n`)
  await writeFile(join(folders.jitsi, 'util.lib.lua'), 'return { whose = "the image\'s" };\n')
  await cp(join(work, 'cfg/prosody/prosody-plugins-custom'), join(work, 'custom'), {recursive: true})
}

async function started(mode: JitsiMode, more = ''): Promise<RunningProsody> {
  const context = await mkdtemp(join(work, 'context-'))
  await chmod(context, 0o755)
  await mkdir(join(context, 'conf.d'))
  const folders = jitsiConfigurations(tag).find((one) => one.mode === mode)?.folders ?? []
  const paths = folders.map((folder) => JSON.stringify(join(work, folder)))
  await writeFile(join(context, 'conf.d/jitsi.cfg.lua'), `${more}\nplugin_paths = { ${paths.join(', ')} }\n`)
  const mucModules = ['muc_moderation', 'takes_util']
  return startProsody(await machinePlace(), {context, mucModules})
}

/** Whose the module is that Prosody has loaded, and whose the library. */
async function whose(mode: JitsiMode, more = ''): Promise<readonly string[]> {
  const prosody = await started(mode, more)
  try {
    return [
      await prosody.moduleValue(mucHost, 'muc_moderation', 'whose'),
      await prosody.moduleValue(mucHost, 'takes_util', 'whose'),
    ]
  } finally {
    await prosody.stop()
  }
}

describe('a project for docker-jitsi-meet', {timeout: 120_000}, () => {
  it('has no plugin_paths of its own, and names the image', async () => {
    const manifest: unknown = JSON.parse(await readFile(join(sandbox.project, 'prosody-mods.json'), 'utf8'))
    expect(manifest).toMatchObject({
      prosody: '13.0',
      image: {
        debian: 'bookworm',
        modulesPath: '/prosody-plugins-custom',
        layout: 'modules',
        base: 'jitsi/prosody:stable-10888',
      },
    })
    await expect(readFile(join(sandbox.project, 'conf.d/prosody-mods.cfg.lua'))).rejects.toThrow('ENOENT')
  })

  it('puts a folder for each module where Compose mounts it from, and verifies that', async () => {
    const custom = join(work, 'cfg/prosody/prosody-plugins-custom')
    expect(await readFile(join(custom, 'mod_takes_util/util.lib.lua'), 'utf8')).toContain('ours')
    await writeFile(join(custom, 'mod_of_the_user.lua'), '-- stays\n')
    await must('verify', '--destdir', join(work, 'cfg/prosody'))
    await writeFile(join(custom, 'mod_takes_util/stray.lua'), '-- in a folder of ours\n')
    const output = await sandbox.cli(['verify', '--destdir', join(work, 'cfg/prosody')])
    expect(output.code).toBe(4)
    expect(output.stdout).toContain('mod_takes_util/stray.lua')
    expect(output.stdout).not.toContain('mod_of_the_user')
    await rm(join(custom, 'mod_takes_util/stray.lua'))
  })

  it('prints the lines of .env, with what is enabled there', () => {
    expect(env.stdout).toContain('\nJITSI_IMAGE_VERSION=stable-10888\n')
    expect(env.stdout).toContain(
      '# in place of line 2 of .env:\nXMPP_MUC_MODULES=muc_hide_all,muc_moderation,takes_util\n',
    )
    expect(added.stdout).toContain('XMPP_MUC_MODULES=muc_hide_all,muc_moderation,takes_util')
    expect(env.stdout).toContain(`prosody-mods install --destdir ${work}/cfg/prosody`)
  })

  it('is warned of what the image has in a folder that comes first', async () => {
    const said = added.stdout + added.stderr
    expect(said.replaceAll(/\s+/g, ' ')).toContain(
      '/prosody-plugins/mod_muc_moderation.lua: visitors.cfg.lua and brewery.cfg.lua search /prosody-plugins first',
    )
    expect(said).toContain('mod_takes_util gets another "util" than its own')
    await must('check')
  })

  it('is loaded by Prosody as the warnings say', async () => {
    expect(await whose('main')).toEqual(['ours', 'ours'])
    expect(await whose('visitors')).toEqual(["the image's", "the image's"])
    const first = `installer_plugin_path = ${JSON.stringify(join(work, 'custom'))}`
    expect(await whose('visitors', first)).toEqual(['ours', 'ours'])
  })

  it('is warned no more where .env has it searched first', async () => {
    const path = join(sandbox.project, '.env')
    const before = await readFile(path, 'utf8')
    const first = `GLOBAL_CONFIG='installer_plugin_path = "/prosody-plugins-custom"'\n`
    await writeFile(path, before + first)
    const {stdout, stderr} = await must('install')
    expect(stdout + stderr).not.toContain('searched first')
    await writeFile(path, before)
  })

  it.each([
    ['image: jitsi/prosody:${JITSI_IMAGE_VERSION:-stable-9220}', '', 'jitsi/prosody:stable-9220'],
    [
      'image: ${JITSI_IMAGE_REPO:-ghcr.io/jitsi}/prosody:${JITSI_IMAGE_VERSION:-stable-11146-2}',
      '',
      'ghcr.io/jitsi/prosody:stable-11146-2',
    ],
    ['image: jitsi/prosody:stable-9220', 'JITSI_IMAGE_VERSION=stable-10741', 'jitsi/prosody:stable-10741'],
  ])('takes its release from %s and .env %j', async (compose, variables, image) => {
    const other = await newSandbox()
    await writeFile(join(other.project, 'docker-compose.yml'), `services:\n  prosody:\n    ${compose}\n`)
    await writeFile(join(other.project, '.env'), `${variables}\n`)
    const output = await other.cli(['init', '--for', 'docker-jitsi-meet', '--json'])
    expect(output.code).toBe(0)
    expect(JSON.parse(output.stdout)).toMatchObject({dockerJitsiMeet: {image}})
    await other.remove()
  })

  it.each([
    ['stable', 'names another image'],
    ['latest', 'names another image'],
    ['stable-3508', 'nothing is known of images'],
    ['v2', 'is no release of docker-jitsi-meet'],
  ])('is not made for %s', async (version, why) => {
    const other = await newSandbox()
    const output = await other.cli(['init', '--for', 'docker-jitsi-meet', '--version', version])
    expect(output.code).toBe(2)
    expect(output.stderr).toContain(why)
    await other.remove()
  })
})
