import {copyFile, mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {DiffResult} from '../../src/operations/diff/diff.ts'
import {newSandbox, type CliOutput, type Sandbox} from '../helpers/cli.ts'
import {startForge, type Forge} from '../helpers/forge.ts'
import {ownProject} from '../helpers/image-project.ts'
import {mustFail, networkTest, writeManifest} from '../helpers/network.ts'
import {mustRun, runProgram} from '../helpers/program.ts'

function diffIn({json}: CliOutput): DiffResult {
  return json as DiffResult
}

/** Kind, name and modules of the changes of one severity. */
function changesOf({sources}: DiffResult, severity: string): string[] {
  return sources.flatMap(({changes}) =>
    changes
      .filter((one) => one.severity === severity)
      .map(({kind, name, modules, before, after}) =>
        [
          kind,
          name,
          modules.join('+'),
          ...(before === null ? [] : [before]),
          ...(after === null ? [] : [`-> ${after}`]),
        ].join(' '),
      ),
  )
}

describe('releases that the registry knows', () => {
  networkTest('are compared without the network and without bytes', async ({sandbox}) => {
    const output = await sandbox.cli(['diff', 'jitsi@8719', 'jitsi@9457', '--offline', '--json'])
    expect(output.code, output.stderr).toBe(0)
    const result = diffIn(output)
    expect(changesOf(result, 'breaking')).toEqual([
      'option-removed accepted_rayo_iq_token_issuers filter_iq_jibri array, default nil',
      'option-renamed rate_limit_whitelist_jids rate_limit rate_limit_whitelist_jids -> rate_limit_whitelist_hosts',
    ])
    expect(changesOf(result, 'notable')).toEqual([
      "advisory-closed CVE-2024-33530 muc_lobby_rooms guests who are let in from the lobby are told the room's password",
      'option-default muc_rate_joins muc_rate_limit 5 -> 3',
      'option-default rate_limit_iq_rate rate_limit 10 -> 15',
      'option-default rate_limit_session_rate rate_limit 2000 -> 1000',
    ])
    const [source] = result.sources
    expect(source?.modules).toMatchObject({removed: [], renamed: []})
    expect([source?.modules.added.length, source?.modules.changed.length]).toEqual([9, 40])
    expect(source?.extent).toEqual({before: {files: 65, bytes: 403_520}, after: {files: 78, bytes: 529_803}})
    expect(source?.partial).toEqual([])
    expect(result.needs?.packages).toEqual({added: ['lua-filesystem', 'lua-sec'], removed: []})
  })

  networkTest('say what to enable in the place of modules that are gone', async ({sandbox}) => {
    const {stdout} = await sandbox.cli(['diff', 'jitsi@10008', 'jitsi@11146', '--offline'])
    expect(stdout).toContain('    module polls is gone: enable polls_component instead\n')
    expect(stdout).toContain(
      '    module turncredentials is gone: enable external_services of Prosody instead\n',
    )
    expect(stdout).toContain('    module smacks is gone: smacks of Prosody is loaded in its place\n')
    expect(stdout).toMatch(/… and \d+ more: .*\(--all\)\n/)
    const all = await sandbox.cli(['diff', 'jitsi@10008', 'jitsi@11146', '--offline', '--all'])
    expect(all.stdout).not.toContain('--all')
    expect(all.stdout.split('\n').length).toBeGreaterThan(stdout.split('\n').length)
  })

  networkTest('may be all that a source of single modules has', async ({sandbox}) => {
    const {stdout} = await sandbox.cli([
      'diff',
      'jitsi-contrib@20260306',
      'jitsi-contrib@20260523',
      '--offline',
    ])
    expect(stdout).toMatch(/^jitsi-contrib 20260306 → 20260523\n/)
    expect(stdout).toContain('module token_affiliation is called token_affiliation_legacy now')
  })

  networkTest.for([
    [
      'muc_moderation@2025',
      'muc_moderation@2026',
      /^nothing differs: both are community\/muc_moderation 2025/,
    ],
    [
      'muc_badge@2018',
      'muc_badge@2025',
      /\n {2}the code differs in none of what is compared: options, .*\n$/,
    ],
    // A default of 160 lines, and one that nobody can set again.
    ['register_apps@2021', 'register_apps@2026', /^.*\n.*you leave site_apps out; .{20,300}\n\ncommunity/],
    ['conversejs@2020', 'conversejs@2025', /it, where it was nil\n\ncommunity\/conversejs/],
    [
      'cloud_notify@2019',
      'cloud_notify@2025',
      /:1: you enable cloud_notify; Prosody 13\.0 skips that of community\/cloud_notify 2025\.6\.13: it has/,
    ],
  ] as const)('of community modules: %s and %s', async ([before, after, expected], {sandbox}) => {
    await writeFile(
      join(sandbox.project, 'mine.cfg.lua'),
      'modules_enabled = { "cloud_notify", "conversejs", "register_apps", "muc_badge" }\n',
    )
    const {stdout} = await sandbox.cli(['diff', before, after, '--offline', '--config', 'mine.cfg.lua'])
    expect(stdout).toMatch(expected)
    expect(stdout).not.toContain('route conversejs: GET /conversejs is gone')
  })

  networkTest('are told of single modules alone', async ({sandbox}) => {
    const output = await sandbox.cli([
      'diff',
      'jitsi@8719',
      'jitsi@9457',
      'mod_rate_limit',
      '--offline',
      '--json',
    ])
    const result = diffIn(output)
    expect(result.only).toEqual(['rate_limit'])
    expect(result.sources.flatMap(({changes}) => changes.flatMap(({modules}) => modules))).not.toContain(
      'muc_rate_limit',
    )
    expect(changesOf(result, 'breaking')).toHaveLength(1)
  })
})

const before = {
  'mod_greeter.lua': `
local limit = module:get_option_number("greeter_limit", 5);
local words = module:get_option_set("greeter_words", {});
local gone = module:get_option_string("greeter_motto");
local mode = module:get_option("greeter_mode");
local quiet = module:get_option_boolean("greeter_quiet", false);
local level = module:get_option_enum("greeter_level", "low", "high", "none");
local store = module:open_store("greetings");
module:add_feature("urn:acme:greeting:0");
module:hook("muc-occupant-joined", function () return limit, words, gone, mode, quiet, level, store; end);
module:fire_event("greeter-done", {});
module:provides("http", { route = { ["GET /greetings"] = function () return 200; end } });
`,
  'mod_old_door.lua': 'module:hook("muc-room-created", function () end);\n',
  'mod_bell.lua': 'local util = module:require "util";\nmodule:hook("stats-update", util.ring);\n',
  'util.lib.lua':
    'local tone = module:get_option_string("bell_tone", "c");\nreturn { ring = function () return tone; end };\n',
}

const after = {
  'mod_greeter.lua': `
local limit = module:get_option_number("greeter_limit", 7);
local words = module:get_option_set("greeter_phrases", {});
local mode = module:get_option_number("greeter_mode");
local quiet = module:get_option_boolean('greeter_quiet', false);
local level = module:get_option_enum("greeter_level", "low", "high");
local fresh = module:get_option_string("greeter_signature", "yours");
module:hook("muc-occupant-left", function () return limit, words, mode, quiet, level, fresh; end);
local json = require "cjson";
module:provides("http", { route = { ["GET /hello"] = function () return json.encode({}); end } });
`,
  'mod_bell.lua': 'module:hook("stats-update", function () end);\n',
  'mod_gong.lua': 'local util = module:require "util";\nmodule:hook("stats-update", util.ring);\n',
  'util.lib.lua': before['util.lib.lua'],
}

const plugins = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`resources/prosody-plugins/${path}`, text]))

/** A publisher with both, and a project that asks it. */
async function twoReleases(): Promise<{readonly forge: Forge; readonly sandbox: Sandbox}> {
  const forge = await startForge()
  await forge.commit('jitsi/jitsi-meet', plugins(before), ['stable/jitsi-meet_20001'])
  await forge.commit('jitsi/jitsi-meet', plugins(after), ['stable/jitsi-meet_20002'])
  const sandbox = await newSandbox()
  await writeManifest(sandbox, {mirrors: forge.mirrors, prosody: '13.0'})
  return {forge, sandbox}
}

describe('releases of a publisher', () => {
  let forge: Forge
  let sandbox: Sandbox
  beforeAll(async () => {
    ;({forge, sandbox} = await twoReleases())
  })
  afterAll(async () => {
    await forge.close()
    await sandbox.remove()
  })

  it('have each kind of change told', async () => {
    const result = diffIn(await sandbox.cli(['diff', 'jitsi@20001', 'jitsi@20002', '--json']))
    expect(changesOf(result, 'breaking')).toEqual([
      'module-removed old_door old_door',
      'option-removed greeter_motto greeter string, default nil',
      'option-renamed greeter_words greeter greeter_words -> greeter_phrases',
    ])
    expect(changesOf(result, 'notable')).toEqual([
      'option-type greeter_mode greeter any -> number',
      'option-values greeter_level greeter "high", "low", "none" -> "high", "low"',
      'option-default greeter_limit greeter 5 -> 7',
      'store-removed greetings greeter',
      'route-removed greeter: GET /greeter/greetings greeter',
      'feature-removed urn:acme:greeting:0 greeter',
      'event-removed greeter-done greeter',
    ])
    expect(changesOf(result, 'news')).toEqual([
      'module-added gong gong',
      'option-added greeter_signature greeter -> string, default "yours"',
      'route-added greeter: GET /greeter/hello greeter',
      'hook-added muc-occupant-left greeter',
      'shared-removed util.lib.lua bell',
      'hook-removed muc-occupant-joined greeter',
    ])
    expect(result.needs?.libraries.added).toEqual([
      {library: 'cjson', by: 'debian:lua-cjson', neededBy: ['jitsi/greeter']},
    ])
  })

  it('differ by a text that patch(1) makes the later out of the earlier one with', async () => {
    const folder = join(sandbox.project, 'tree')
    await mkdir(join(folder, 'jitsi'), {recursive: true})
    for (const [path, text] of Object.entries(before)) await writeFile(join(folder, 'jitsi', path), text)
    const {stdout} = await sandbox.cli(['diff', 'jitsi@20001', 'jitsi@20002', '--text'])
    const ran = await runProgram(['patch', '-p1', '--batch', '--fuzz=0', '-d', folder], {input: stdout})
    expect(ran.code, ran.stdout).toBe(0)
    for (const [path, text] of Object.entries(after))
      expect(await readFile(join(folder, 'jitsi', path), 'utf8')).toBe(text)
    const one = await sandbox.cli(['diff', 'jitsi@20001', 'jitsi@20002', '--text', 'bell'])
    expect(one.stdout.match(/^--- .*$/gm)).toEqual(['--- a/jitsi/mod_bell.lua'])
  })

  it('that there are not are told with their neighbours', async () => {
    const error = await mustFail(sandbox, ['diff', 'jitsi@20000', 'jitsi@20002'], {
      exit: 3,
      code: 'VERSION_UNSATISFIABLE',
    })
    expect(error.message).toContain('20001')
  })

  it('are written in Markdown, what breaks open and the rest folded', async () => {
    const {stdout} = await sandbox.cli(['diff', 'jitsi@20001', 'jitsi@20002', '--format', 'markdown'])
    expect(stdout).toMatch(/^### jitsi\/\\\* 20001 → 20002\n\n/)
    expect(stdout).toContain('**Does not work as before (3)**\n\n- module `old_door` is gone\n')
    expect(stdout).toContain(
      '<details>\n<summary>Comes out otherwise, or is gone (7)</summary>\n\n- option `greeter_mode`',
    )
  })
})

describe('what breaks the project', () => {
  let forge: Forge
  let sandbox: Sandbox
  const configuration = `plugin_paths = {}
VirtualHost "example.org"
\tmodules_enabled = { "greeter", "old_door" }
\tgreeter_motto = "hello"
\tgreeter_mode = "fast"
Component "rooms.example.org" "muc"
\tmodules_enabled = { os.getenv("BELL") or "old_door" }
`
  beforeAll(async () => {
    ;({forge, sandbox} = await twoReleases())
    const added = await sandbox.cli(['add', 'jitsi@20001'])
    if (added.code !== 0) throw new Error(added.stderr)
    await writeFile(join(sandbox.project, 'conf.d/mine.cfg.lua'), configuration)
  })
  afterAll(async () => {
    await forge.close()
    await sandbox.remove()
  })

  const expected = [
    'breaking module conf.d/mine.cfg.lua:3 conf.d/mine.cfg.lua:7 you enable old_door; jitsi 20002 has it no more',
    'breaking option conf.d/mine.cfg.lua:4 you set greeter_motto; jitsi 20002 does not read it any more',
    'breaking value conf.d/mine.cfg.lua:5 you set greeter_mode to "fast"; jitsi 20002 reads a number',
    'notable default you leave greeter_limit out; jitsi 20002 takes 7 for it, where it was 5',
  ]
  const impactsIn = ({impacts}: Pick<DiffResult, 'impacts'>): string[] =>
    impacts.map(({severity, kind, places, message}) =>
      [severity, kind, ...places.map(({file, line}) => `${file}:${line}`), message].join(' '),
    )

  it('stands first, with the places of the configuration', async () => {
    const result = diffIn(await sandbox.cli(['diff', 'jitsi@20002', '--json']))
    expect(impactsIn(result)).toEqual(expected)
    expect(result.configuration?.files).toEqual(['conf.d/mine.cfg.lua'])
    const {stdout} = await sandbox.cli(['diff', 'jitsi@20002'])
    expect(stdout).toMatch(
      /^in this project \(4\)\n {2}breaks conf\.d\/mine\.cfg\.lua:3: you enable old_door/,
    )
  })

  it('is left out with the modules that were not asked for', async () => {
    const {stdout, json} = await sandbox.cli(['diff', 'jitsi@20002', 'bell', '--json', '--exit-code'])
    expect((json as DiffResult).impacts, stdout).toEqual([])
    expect((await sandbox.cli(['diff', 'jitsi@20002', 'bell', '--exit-code'])).code).toBe(0)
  })

  it('is told by bump before anything is written, and ends with 6 where that was asked for', async () => {
    const lock = await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')
    const args = ['bump', 'jitsi@20002', '--dry-run']
    const dry = await sandbox.cli([...args, '--json', '--exit-code'])
    expect(dry.code).toBe(6)
    expect(impactsIn((dry.json as {readonly report: DiffResult}).report)).toEqual(expected)
    expect((await sandbox.cli(args)).code).toBe(0)
    const markdown = await sandbox.cli([...args, '--format', 'markdown'])
    expect(markdown.stdout).toMatch(
      /^### In this project \(4\)\n\n- \*\*breaks\*\* `conf\.d\/mine\.cfg\.lua:3`/,
    )
    expect(await readFile(join(sandbox.project, 'prosody-mods.lock.json'), 'utf8')).toBe(lock)
  })

  it('is told by outdated --explain', async () => {
    const {json, stdout} = await sandbox.cli(['outdated', '--explain', '--json'])
    expect(impactsIn((json as {readonly report: DiffResult}).report), stdout).toEqual(expected)
  })

  it('does not say that an option is left out which is set under a condition', async () => {
    const path = join(sandbox.project, 'other.cfg.lua')
    await writeFile(path, 'modules_enabled = { "greeter" }\nif os.getenv("X") then greeter_limit = 9 end\n')
    const {impacts} = diffIn(
      await sandbox.cli(['diff', 'jitsi@20002', '--config', 'other.cfg.lua', '--json']),
    )
    expect(impacts.filter(({kind}) => kind === 'default')).toMatchObject([
      {
        message: 'where you leave greeter_limit out, jitsi 20002 takes 7 for it, where it was 5',
        ...{certain: false, places: [{file: 'other.cfg.lua', line: 2}]},
      },
    ])
  })

  it('of a configuration that is given, and of one that is no Lua as far as it goes', async () => {
    const path = join(sandbox.project, 'other.cfg.lua')
    await writeFile(path, 'VirtualHost "x"\n\tgreeter_motto = "a"\n')
    const given = diffIn(await sandbox.cli(['diff', 'jitsi@20002', '--config', 'other.cfg.lua', '--json']))
    expect(impactsIn(given)[0]).toBe(
      'breaking option other.cfg.lua:2 you set greeter_motto; jitsi 20002 does not read it any more',
    )
    await writeFile(path, 'VirtualHost "x"\n\tgreeter_motto = = "a"\n')
    const broken = await sandbox.cli(['diff', 'jitsi@20002', '--config', 'other.cfg.lua'])
    expect(broken.code).toBe(0)
    expect(broken.stdout).toMatch(/other\.cfg\.lua:2:\d+ was not read: /)
    expect(broken.stdout).toContain('module old_door is gone')
    const none = await sandbox.cli(['diff', 'jitsi@20002', '--config', 'none.cfg.lua', '--json'])
    expect(none.code).toBe(3)
  })
})

describe('lockfiles and revisions', () => {
  networkTest('are compared with each other and with what is locked now', async ({sandbox}) => {
    const {project} = sandbox
    const git = (...args: string[]): Promise<string> =>
      mustRun(['git', '-C', project, '-c', 'user.name=nobody', '-c', 'user.email=nobody@localhost', ...args])
    await ownProject(sandbox, ['greeting', 'room_plain'])
    await git('init', '--quiet')
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'first')
    expect((await sandbox.cli(['diff'])).stdout).toBe(
      'nothing differs between prosody-mods.lock.json at HEAD and the lockfile\n',
    )
    await copyFile(join(project, 'prosody-mods.lock.json'), join(project, 'old.lock.json'))
    await writeFile(
      join(project, 'own/mod_greeting.lua'),
      'module:log("info", module:get_option_string("greeting"));\n',
    )
    expect((await sandbox.cli(['update'])).code).toBe(0)
    await git('commit', '--quiet', '--all', '--message', 'second')
    const added = ['option-added greeting greeting -> string, default nil']
    for (const args of [['HEAD~1'], ['HEAD~1', 'HEAD'], ['old.lock.json', 'prosody-mods.lock.json']]) {
      const output = await sandbox.cli(['diff', ...args, '--json'])
      expect(output.code, output.stdout).toBe(0)
      expect(changesOf(diffIn(output), 'news')).toEqual(expect.arrayContaining(added))
    }
    expect((await sandbox.cli(['diff', 'HEAD~1', 'room_plain'])).stdout).toBe(
      'nothing differs about room_plain between prosody-mods.lock.json at HEAD~1 and the lockfile\n',
    )
  })
})

describe('bad input', () => {
  networkTest.for([
    [['jitsi@8719', 'jitsi@8960', 'jitsi@9457'], 2, 'USAGE'],
    [['nothing_of_this_name'], 2, 'USAGE'],
    [['gone.lock.json'], 3, 'PATH_NOT_FOUND'],
    [['jitsi@9457'], 3, 'NOT_INSTALLED'],
    [['jitsi@8719', 'jitsi@9457', '--format', 'html'], 2, 'USAGE'],
  ] as const)('%j', async ([args, exit, code], {sandbox}) => {
    await mustFail(sandbox, ['diff', '--offline', ...args], {exit, code})
  })
})
