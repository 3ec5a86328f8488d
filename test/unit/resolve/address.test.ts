import {describe, expect, it} from 'vitest'
import {embeddedRegistry} from '../../../src/registry/registry.ts'
import {
  addressNotes,
  moduleText,
  nameText,
  readSpec,
  specText,
} from '../../../src/resolve/address/recognise.ts'
import {addressWorld} from '../../../src/resolve/address/world.ts'
import {formatSpec} from '../../../src/resolve/spec.ts'
import {define} from '../../../src/sources/kinds.ts'

const world = addressWorld(embeddedRegistry())
const read = (text: string): string => formatSpec(readSpec(text, world))
const digest = 'a'.repeat(64)
const jitsi = 'https://github.com/jitsi/jitsi-meet'
const raw = 'https://raw.githubusercontent.com'
const hg = 'https://hg.prosody.im/prosody-modules'

describe('an address is read as the module that it is about:', () => {
  it.each([
    ['https://modules.prosody.im/mod_muc_moderation.html', 'community/muc_moderation'],
    ['https://modules.prosody.im/mod_muc_moderation', 'community/muc_moderation'],
    ['http://modules.prosody.im/mod_bob.html#usage', 'community/bob'],
    [`${hg}/file/tip/mod_bob`, 'community/bob'],
    [
      `${hg}/file/0971c99bfbc9/mod_muc_moderation/mod_muc_moderation.lua`,
      'community/muc_moderation@0971c99bfbc9',
    ],
    [`${hg}/raw-file/0971c99bfbc9/mod_bob/mod_bob.lua`, 'community/bob@0971c99bfbc9'],
    [`${hg}/archive/0971c99bfbc9.tar.gz/mod_bob`, 'community/bob@0971c99bfbc9'],
    [`${hg}/log/default/mod_bob/mod_bob.lua`, 'community/bob'],
    [jitsi, 'jitsi'],
    [`${jitsi}.git`, 'jitsi'],
    [`${jitsi}/`, 'jitsi'],
    ['https://github.com/Jitsi/Jitsi-Meet', 'jitsi'],
    [`git+${jitsi}.git`, 'jitsi'],
    ['git@github.com:jitsi/jitsi-meet.git', 'jitsi'],
    ['ssh://git@github.com/jitsi/jitsi-meet', 'jitsi'],
    ['github:jitsi/jitsi-meet', 'jitsi'],
    ['github:jitsi/jitsi-meet#stable/jitsi-meet_10008', 'jitsi@10008'],
    ['jitsi/jitsi-meet', 'jitsi'],
    [`${jitsi}/releases/tag/stable/jitsi-meet_10008`, 'jitsi@10008'],
    [`${jitsi}/releases`, 'jitsi'],
    [`${jitsi}/tree/master/resources/prosody-plugins`, 'jitsi'],
    [`${jitsi}/tree/master/resources`, 'jitsi'],
    [`${jitsi}/tree/stable/jitsi-meet_9955/resources/prosody-plugins`, 'jitsi@9955'],
    [`${jitsi}/archive/refs/tags/stable/jitsi-meet_10008.tar.gz`, 'jitsi@10008'],
    [`${jitsi}/blob/master/resources/prosody-plugins/mod_polls.lua?plain=1#L3-L9`, 'jitsi/polls'],
    [`${jitsi}/blob/stable/jitsi-meet_10008/resources/prosody-plugins/mod_polls.lua`, 'jitsi/polls@10008'],
    [
      `${raw}/jitsi/jitsi-meet/stable/jitsi-meet_10008/resources/prosody-plugins/mod_polls.lua`,
      'jitsi/polls@10008',
    ],
    [
      `${raw}/jitsi/jitsi-meet/refs/tags/stable/jitsi-meet_10008/resources/prosody-plugins/mod_polls.lua`,
      'jitsi/polls@10008',
    ],
    [
      `${raw}/jitsi/jitsi-meet/a603a8df0666/resources/prosody-plugins/mod_polls.lua`,
      'jitsi/polls@a603a8df0666',
    ],
    [
      'https://github.com/jitsi-contrib/prosody-plugins/tree/main/token_affiliation',
      'jitsi-contrib/token_affiliation',
    ],
    [
      'https://github.com/jitsi-contrib/prosody-plugins/blob/v20260306/token_affiliation/mod_token_affiliation.lua',
      'jitsi-contrib/token_affiliation@20260306',
    ],
    ['https://prosody.im/doc/modules/mod_smacks', 'smacks'],
  ])('%s', (text, spec) => {
    expect(read(text)).toBe(spec)
    expect(addressNotes(text, world)).toEqual([
      expect.stringMatching(
        new RegExp(` is ${spec.replaceAll(/[.*+]/g, String.raw`\$&`)}(?:: it names no release)?$`),
      ),
    ])
  })

  it('of a forge that shows a file, as the file', () => {
    expect(read('https://github.com/acme/x/blob/v1/mod_x.lua?plain=1#L3')).toBe(`${raw}/acme/x/v1/mod_x.lua`)
  })
})

describe('an address is left as it is', () => {
  it.each([
    [
      'with a digest',
      `${raw}/jitsi/jitsi-meet/stable/jitsi-meet_10008/resources/prosody-plugins/mod_polls.lua#sha256=${digest}`,
    ],
    [
      'of a file of a branch, whose bytes are asked for',
      `${raw}/jitsi/jitsi-meet/master/resources/prosody-plugins/mod_polls.lua`,
    ],
    ['of a file of a branch, in Mercurial', `${hg}/raw-file/tip/mod_bob/mod_bob.lua`],
    [
      'of a library',
      `${raw}/jitsi/jitsi-meet/stable/jitsi-meet_10008/resources/prosody-plugins/util.lib.lua`,
    ],
    ['of a file of a repository that is not known', `${raw}/acme/x/main/mod_x.lua`],
    ['of anything else', 'https://example.org/mod_x.lua'],
    ['of anything else on a forge', `${jitsi}/pull/12`],
    ['that is none', 'jitsi/polls@10008'],
    ['with what is no encoding', `${raw}/acme/x/main/%zz/mod_x.lua`],
  ])('%s', (_, text) => {
    expect(read(text)).toBe(text)
    expect(addressNotes(text, world)).toEqual([])
  })
})

describe('an address where a module is meant, and no file', () => {
  const file = 'resources/prosody-plugins/mod_polls.lua'
  it.each([
    [`${raw}/jitsi/jitsi-meet/master/${file}`, 'jitsi/polls', 'jitsi/polls'],
    [`${raw}/jitsi/jitsi-meet/stable/jitsi-meet_10008/${file}`, 'jitsi/polls@10008', 'jitsi/polls'],
    [`${hg}/raw-file/tip/mod_bob/mod_bob.lua`, 'community/bob', 'community/bob'],
    [`${hg}/raw-file/0971c99bfbc9/mod_bob/mod_bob.lua`, 'community/bob@0971c99bfbc9', 'community/bob'],
    [`${jitsi}/releases/tag/stable/jitsi-meet_10008`, 'jitsi@10008', 'jitsi'],
    ['https://prosody.im/doc/modules/mod_smacks', 'smacks', 'smacks'],
  ])('%s', (text, module, name) => {
    expect([moduleText(text, world), nameText(text, world)]).toEqual([module, name])
  })

  it.each([
    ['jitsi/polls@10008'],
    ['mod_bob@2025'],
    ['lua-cjson'],
    ['./mod_bob'],
    ['cjson.safe'],
    [`${raw}/acme/x/main/mod_x.lua`],
    ['https://example.org/mod_x.lua@2'],
  ])('%s stays as it is', (text) => {
    expect([moduleText, nameText, specText].map((read) => read(text, world))).toEqual([text, text, text])
  })

  it('of another repository, is the file that it shows, or stays', () => {
    const page = 'https://github.com/acme/x/blob/v1/mod_x.lua'
    expect(moduleText(page, world)).toBe(`${raw}/acme/x/v1/mod_x.lua`)
    expect(nameText(page, world)).toBe(page)
  })

  it('is refused where it is about no module', () => {
    for (const read of [moduleText, nameText])
      expect(() => read(`${raw}/jitsi/jitsi-meet/master/package.json`, world)).toThrow(
        expect.objectContaining({code: 'SPEC_INVALID'}),
      )
  })
})

describe('an address that names no one module is refused:', () => {
  it.each([
    [hg, 'community/<module>'],
    [`${hg}/rev/0971c99bfbc9`, 'community/<module>@0971c99bfbc9'],
    ['https://github.com/jitsi-contrib/prosody-plugins', 'jitsi-contrib/<module>'],
    [`${jitsi}/blob/master/package.json`, 'jitsi/<module>'],
    [`${jitsi}/blob/master/resources/prosody-plugins/util.lib.lua`, 'jitsi/<module>'],
    ['https://github.com/acme/x', '{"<id>": {"kind":"github","repository":"acme/x"}}'],
    ['https://github.com/acme/x/tree/main/modules', '"folder":"modules"'],
    ['https://modules.prosody.im/', 'prosody-mods search <word>'],
    ['https://modules.prosody.im/rocks/mod_bob-3-1.src.rock', 'community/bob'],
    ['https://luarocks.org/modules/somebody/mod_bob', 'a module of this name is known: community/bob'],
    ['https://luarocks.org/modules/somebody/mod_not_known/1.0-1', 'prosody-mods search not_known'],
    ['https://luarocks.org/modules/somebody/basexx', 'prosody-mods deps'],
    ['https://xmpp.org/extensions/xep-0425.html', 'prosody-mods search --xep 0425'],
  ])('%s', (text, hint) => {
    expect(() => readSpec(text, world)).toThrow(
      expect.objectContaining({code: 'SPEC_INVALID', hint: expect.stringContaining(hint) as string}),
    )
  })

  it('without what must not be shown', () => {
    expect(() => readSpec('https://github.com/acme/x?token=s3cret', world)).toThrow(
      expect.not.objectContaining({message: expect.stringContaining('s3cret') as string}),
    )
  })
})

describe('an address in the repository of a source that is declared is read as a module of that:', () => {
  const declared = addressWorld(embeddedRegistry(), [
    define('acme', {kind: 'github', repository: 'acme/Plugins', folder: 'lua', tagPrefix: 'plugins-'}),
    define('other', {kind: 'github', repository: 'acme/plugins', folder: 'other'}),
    define('tree', {kind: 'github', repository: 'acme/tree', layout: 'flat'}),
    define('own', {kind: 'hg', repository: 'https://hg.example.org/own/'}),
  ])
  const plugins = 'https://github.com/acme/plugins'
  const commit = 'c0ffee'.repeat(7).slice(0, 40)

  it.each([
    [`${plugins}/tree/main/lua/mod_hello`, 'acme/hello'],
    [`${plugins}/blob/plugins-v1.0.0/lua/mod_hello/mod_hello.lua`, 'acme/hello@1.0.0'],
    [`${plugins}/blob/v1.0.0/lua/mod_hello/mod_hello.lua`, 'acme/hello'],
    [`${raw}/acme/plugins/plugins-1.2.0/lua/mod_hello/mod_hello.lua`, 'acme/hello@1.2.0'],
    [`${plugins}/blob/${commit}/lua/mod_hello/mod_hello.lua`, `acme/hello@${commit}`],
    [`${plugins}/tree/v2.0.0/other/mod_x`, 'other/x@2.0.0'],
    ['https://github.com/acme/tree', 'tree'],
    ['git@github.com:acme/tree.git', 'tree'],
    ['https://github.com/acme/tree/releases/tag/v3.0.0', 'tree@3.0.0'],
    ['https://hg.example.org/own/file/tip/mod_hello', 'own/hello'],
    [`https://hg.example.org/own/raw-file/${commit}/mod_hello/mod_hello.lua`, `own/hello@${commit}`],
  ])('%s', (text, spec) => {
    expect(formatSpec(readSpec(text, declared))).toBe(spec)
  })

  it.each([
    [plugins, 'it is the repository of acme, which has many modules', 'acme/<module>'],
    [`${plugins}/blob/main/README.md`, 'README.md lies outside of lua', 'acme/<module>'],
    ['https://hg.example.org/own', 'it is the repository of own', 'own/<module>'],
  ])('%s names none', (text, about, hint) => {
    expect(() => readSpec(text, declared)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(about) as string,
        hint: expect.stringContaining(hint) as string,
      }),
    )
  })

  it('a name with a slash stays a module of a source', () => {
    expect(formatSpec(readSpec('acme/plugins', declared))).toBe('acme/plugins')
  })
})
