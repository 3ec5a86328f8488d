import type {ErrorCode} from '../../src/errors.ts'
import type {ArchiveFormat} from '../../src/fetch/unpack/types.ts'
import {pack, tarOf, type TarItem} from './archive-bytes.ts'
import {damages} from './archive-damages.ts'
import {flaws} from './archive-flaws.ts'

/** What makes an archive hostile. Either more entries, or another tar, or another way to pack it. */
export interface Flaw {
  readonly name: string
  readonly code: ErrorCode
  /** Those that can have it; all unless told. */
  readonly formats?: readonly ArchiveFormat[]
  /** Entries after the clean ones, their paths below the root unless they are `isAsTold`. */
  readonly items?: readonly FlawItem[]
  readonly tar?: (tar: Buffer) => Buffer
  readonly pack?: (tar: Buffer) => Buffer | Promise<Buffer>
}

export interface FlawItem extends TarItem {
  readonly isAsTold?: boolean
}

export interface HostileArchive {
  /** The flaw and the format. */
  readonly name: string
  readonly code: ErrorCode
  readonly format: ArchiveFormat
  /** The folder of the archive that holds the modules. */
  readonly root: string
  /** The archive with its flaw, or the same without it: then its root holds `moduleFiles` and `moduleLinks`. */
  build(flawed: boolean): Promise<Buffer>
}

/** The modules in every archive here: path → content. */
export const moduleFiles: Readonly<Record<string, string>> = {
  'mod_hello/mod_hello.lua': `-- Answers every ping with a greeting in the log.
module:hook("iq-get/host/urn:xmpp:ping:ping", function (event)
  module:log("debug", "hello, %s", event.stanza.attr.from)
end)
`,
  'mod_hello/html/hello.html': '<!doctype html>\n<title>hello</title>\n',
  'mod_greet/mod_greet.lua': `local words = module:require "words"
module:hook("muc-occupant-joined", function (event)
  module:log("info", words.greeting, event.nick)
end)
`,
  'mod_greet/mod_greet_component.lua': 'module:log("info", "greeter at %s", module.host)\n',
  'mod_greet/words.lib.lua': 'return { greeting = "Grüß dich, %s" }\n',
}

/** As jitsi-contrib has them: a folder's second module is reached by a link to the folder. */
export const moduleLinks: Readonly<Record<string, string>> = {mod_greet_component: 'mod_greet'}

/** Where Debian's prosody-modules package has its modules. */
export const debRoot = 'usr/lib/prosody/modules'

/** Every kind of flaw, in every format that can have it. */
export const hostileArchives: readonly HostileArchive[] = [...flaws, ...damages].flatMap((flaw) =>
  (flaw.formats ?? (['tar', 'tar.gz', 'tar.xz', 'tar.zst', 'deb'] as const)).map((format) => ({
    name: `${flaw.name} (${format})`,
    code: flaw.code,
    format,
    root: rootIn(format),
    build: (flawed: boolean) => (flawed ? archiveOf(format, flaw) : cleanArchive(format)),
  })),
)

const cleanArchives = new Map<ArchiveFormat, Promise<Buffer>>()

/** As `archiveOf` without a flaw, built once. */
async function cleanArchive(format: ArchiveFormat): Promise<Buffer> {
  const archive = cleanArchives.get(format) ?? archiveOf(format)
  cleanArchives.set(format, archive)
  return await archive
}

/** A sound archive of the modules, or one with the given flaw. */
export async function archiveOf(
  format: ArchiveFormat,
  flaw: Omit<Flaw, 'code' | 'name'> = {},
): Promise<Buffer> {
  const items = [...cleanItems(), ...(flaw.items ?? [])].map((item) => placed(item, format))
  const tar = tarOf(format === 'deb' ? [...debItems, ...items] : items)
  const flawed = flaw.tar?.(tar) ?? tar
  return flaw.pack ? await flaw.pack(flawed) : await pack(format, flawed)
}

export function rootIn(format: ArchiveFormat): string {
  return format === 'deb' ? debRoot : ''
}

/** What a package has besides its modules: names that collide and absolute links are legal there. */
const debItems: readonly TarItem[] = [
  {path: './', type: '5'},
  {path: './usr/share/doc/hello/README', body: 'hello\n'},
  {path: './usr/share/doc/hello/readme', body: 'HELLO\n'},
  {path: './usr/share/doc/hello/html', type: '2', link: '/usr/share/hello'},
]

function cleanItems(): FlawItem[] {
  return [
    {path: 'mod_hello/', type: '5'},
    ...Object.entries(moduleFiles).map(([path, body]) => ({path, body})),
    ...Object.entries(moduleLinks).map(([path, link]) => ({path, link, type: '2'})),
  ]
}

function placed(item: FlawItem, format: ArchiveFormat): TarItem {
  if (format !== 'deb' || item.isAsTold === true || /[gxKL]/.test(item.type ?? '')) return item
  const path = Buffer.concat([Buffer.from(`./${debRoot}/`), Buffer.from(item.path)])
  return item.type === '1' ? {...item, path, link: `./${debRoot}/${item.link ?? ''}`} : {...item, path}
}
