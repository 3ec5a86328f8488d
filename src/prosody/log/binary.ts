/** Why a compiled Lua library does not load. */
export type BinaryReason =
  /** It calls Lua by names that this Lua does not have; `lua` are the versions that have them all. */
  | {readonly kind: 'lua'; readonly symbol: string; readonly lua: readonly string[]}
  | {readonly kind: 'openssl'; readonly what: string}
  /** The C library is older than the one that it was compiled with. */
  | {readonly kind: 'libc'; readonly what: string}
  /** A system library that is not there. */
  | {readonly kind: 'system'; readonly library: string}
  /** For another processor or system, or no library at all. */
  | {readonly kind: 'format'}
  | {readonly kind: 'other'; readonly text: string}

/** A compiled library of Lua that was found and could not be loaded, as a log tells of it. */
export interface BinaryFailure {
  readonly kind: 'binary'
  readonly library: string
  /** The version that was loaded, of several that LuaRocks installed; undefined where it has one. */
  readonly rock: {readonly name: string; readonly version: string} | undefined
  /** The file that was loaded; undefined where the text does not name it. */
  readonly file: string | undefined
  /** Why it was not loaded; undefined where that stands on the lines behind. */
  readonly reason: string | undefined
}

/**
 * Reads `error loading module 'x' from file 'y':` and what stands behind it, as Lua's loader of C libraries says it.
 */
export function binaryOf([, named = '', file = '', rest = '']: RegExpExecArray): BinaryFailure {
  const reason = rest.split(/stack traceback:/)[0]?.trim() ?? ''
  return {kind: 'binary', ...versioned(named), file, reason: reason === '' ? undefined : reason}
}

/** LuaRocks puts the rock and its version before a name where it has several: `lua_cjson_2_1_0_1-cjson`. */
function versioned(name: string): Pick<BinaryFailure, 'library' | 'rock'> {
  const [, rock, version, revision, library] = /^(\w+?)_(\d+(?:_\d+)*)_(\d+)-(.+)$/.exec(name) ?? []
  if (rock === undefined || library === undefined) return {library: name, rock: undefined}
  return {
    library,
    rock: {
      name: rock.replaceAll('_', '-'),
      version: `${(version ?? '').replaceAll('_', '.')}-${revision ?? ''}`,
    },
  }
}

const all = ['5.1', '5.2', '5.3', '5.4'] as const

/** Parts of Lua's C API that not all versions have → the first and the last that does. */
const symbols: readonly (readonly [RegExp, since: string, until: string])[] = [
  [
    /^(?:lua_(?:objlen|equal|lessthan|cpcall|[gs]etfenv|call|pcall|tonumber|tointeger|yield)|luaL_(?:register|openlib|typerror|loadbuffer|loadfile)|luaI_openlib)$/,
    '5.1',
    '5.1',
  ],
  [/^lua_(?:insert|remove|replace)$/, '5.1', '5.2'],
  [/^(?:lua_(?:pushunsigned|tounsignedx|getctx)|luaL_(?:checkunsigned|optunsigned))$/, '5.2', '5.2'],
  [/^lua_newuserdata$/, '5.1', '5.3'],
  [
    /^(?:lua_(?:callk|pcallk|compare|rawlen|tonumberx|tointegerx|arith|absindex|copy|rawgetp|rawsetp|[gs]etglobal|len)|luaL_(?:setfuncs|checkversion_|tolstring|requiref|loadbufferx|loadfilex|testudata|len|getsubtable|traceback))$/,
    '5.2',
    '5.4',
  ],
  [/^lua_(?:rotate|isinteger|[gs]eti|stringtonumber|getextraspace)$/, '5.3', '5.4'],
  [/^lua_(?:newuserdatauv|[gs]etiuservalue|toclose|resetthread|setwarnf|warning|closeslot)$/, '5.4', '5.4'],
]

/** Reads what the system's loader says, GNU's or musl's. */
export function binaryReason(text: string): BinaryReason {
  const symbol = /undefined symbol: (\w+)|: (\w+): symbol not found/.exec(text)
  const name = symbol?.[1] ?? symbol?.[2]
  if (name !== undefined) return symbolReason(name, text)
  const version = /version [`'](\w+?)_([\w.]+)' not found/.exec(text)
  if (version?.[1] === 'GLIBC' || version?.[1] === 'GLIBCXX')
    return {kind: 'libc', what: `${version[1]} ${version[2] ?? ''}`}
  if (version !== null) return opensslOr(version[1] ?? '', {kind: 'other', text})
  const library =
    /(?:shared library |(?<!\S))(lib[\w.+-]+\.so[\w.]*): (?:cannot open shared object file|No such file)/.exec(
      text,
    )?.[1]
  if (library !== undefined)
    return /^lib(?:ssl|crypto)\./.test(library) ? {kind: 'openssl', what: library} : {kind: 'system', library}
  if (
    /invalid ELF header|wrong ELF class|Exec format error|file too short|not a Mach-O|incompatible architecture/.test(
      text,
    )
  )
    return {kind: 'format'}
  return {kind: 'other', text}
}

function symbolReason(symbol: string, text: string): BinaryReason {
  const found = symbols.find(([pattern]) => pattern.test(symbol))
  if (found !== undefined) {
    const [, since, until] = found
    return {kind: 'lua', symbol, lua: all.filter((one) => one >= since && one <= until)}
  }
  if (/^luaL?I?_/.test(symbol)) return {kind: 'lua', symbol, lua: []}
  return opensslOr(symbol, {kind: 'other', text})
}

function opensslOr(name: string, other: BinaryReason): BinaryReason {
  return /^(?:OPENSSL|SSL|EVP|CRYPTO|BIO|X509|RSA|ERR|PEM|TLS|EC|DH|HMAC|BN|ASN1|OSSL)(?:_|$)/i.test(name)
    ? {kind: 'openssl', what: name}
    : other
}
