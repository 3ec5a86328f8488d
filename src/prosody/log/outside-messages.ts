import type {ServerFailure} from './server-failure.ts'

type Component = Extract<ServerFailure, {kind: 'component'}>
type Reader = readonly [RegExp, (match: RegExpExecArray) => ServerFailure]

/**
 * Patterns of messages about what stands around Prosody and keeps it, or somebody who wants to use it, from working.
 */
export const outsideReaders: readonly Reader[] = [
  // Go's templates, of which containers make configurations.
  [
    /template: (\S+?):(\d+)(?::\d+)?: executing .* at <([^>]*)>: (.*)/,
    ([, file = '', line, what, text = '']) => ({kind: 'template', file, line: Number(line), what, text}),
  ],
  [
    /template: (\S+?):(\d+)(?::\d+)?: ((?:undefined|function|unexpected|unclosed|unterminated|missing) .*)/,
    ([, file = '', line, text = '']) => ({
      kind: 'template',
      file,
      line: Number(line),
      what: undefined,
      text,
    }),
  ],
  // The loaders of GNU's C library and of musl.
  [
    /(?<!\S)(\S+): error while loading shared libraries: (\S+): cannot open/,
    ([, program = '', library = '']) => ({kind: 'program', program, library}),
  ],
  [
    /Error loading shared library (\S+): No such file or directory \(needed by (?:\S*\/)?(?!\S*\.so\b)([^\s/)]+)\)/,
    ([, library = '', program = '']) => ({kind: 'program', program, library}),
  ],
  [
    /The version of (LuaExpat) on your system (does not support stanza size limits|leaves Prosody vulnerable)/,
    ([, what = '', text = '']) => ({kind: 'outdated', what, text}),
  ],
  [
    /This version of (LuaSec) (contains a known bug that causes disconnects)/,
    ([, what = '', text = '']) => ({kind: 'outdated', what, text}),
  ],
  [
    /Support for (Lua 5\.\d) (is experimental)/,
    ([, what = '', text = '']) => ({kind: 'outdated', what, text}),
  ],
  [
    /(Lua 5\.\d) (has several issues and support is being phased out|support is deprecated)/,
    ([, what = '', text = '']) => ({kind: 'outdated', what, text}),
  ],
  [/Component not connected, bouncing error for: /, () => component('absent')],
  [/Component authentication failed for (\S+)/, ([, of]) => component('secret', of)],
  [/Given token does not match calculated token/, () => component('secret')],
  [
    /Component attempted to identify as (\S+), but component_secret is not set/,
    ([, of]) => component('unset', of),
  ],
  [/Second component attempted to connect/, () => component('second')],
  [
    /(?:Failed|Unable) to load (\S+) storage \('([^']*)'\) for user: /,
    ([, store = '', text = '']) => ({kind: 'data', how: 'read', store, text}),
  ],
  [
    /Unable to write to (\S+) storage \('([^']*)'(?: in [^)]*)?\) for user: /,
    ([, store = '', text = '']) => ({kind: 'data', how: 'write', store, text}),
  ],
  [
    /Error verifying token (?:err:|on (?:pre|post) authentication stage ?:)[\w-]+, ?reason:(.*?)(?: tenant:.*)?$/,
    ([, reason = '']) => ({kind: 'token', reason: reason.trim()}),
  ],
  [
    /The given hostname does not exist in the config|(?:^|[\s|])No such host: (\S+)$/,
    ([, host]) => ({kind: 'no-such-host', host}),
  ],
]

function component(reason: Component['reason'], of?: string): Component {
  return {kind: 'component', reason, of}
}

/** Words of which every message of `outsideReaders` has one; asked first, as most lines have none. */
export const outsideHint =
  /template: |shared librar|LuaExpat|LuaSec|is experimental|phased out|support is deprecated|[Cc]omponent (?:not|auth|attempted)|calculated token| storage \('|Error verifying token|No such host|given hostname/
