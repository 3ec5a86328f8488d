/** Why a file never is a module's, whoever publishes it, unless the manifest names it. */
export type NeverTaken = 'hidden' | 'key' | 'environment' | 'configuration'

const versionControl = new Set([
  '.git',
  '.hg',
  '.svn',
  '.bzr',
  '.jj',
  '.pijul',
  '_darcs',
  'CVS',
  'RCS',
  'SCCS',
])

const environment = /^\.env(?:rc|\..*)?$|\.env(?:\.[^.]+)?$/i
const keyName = /^id_(?:rsa|dsa|ecdsa|ed25519|xmss)(?:_sk)?$/
const keyEnding =
  /\.(?:key|pem|p8|p12|pfx|pk8|pkcs8|pkcs12|jks|jceks|keystore|kdbx|ppk|ovpn)(?:~|\.(?:bak|old|orig|save|tmp|asc|gpg|enc|\d+))*$/i

/** Tells why a file is never a module's, by its path alone; undefined for what may be taken. */
export function neverTaken(path: string): NeverTaken | undefined {
  const parts = path.split('/')
  const file = parts.at(-1) ?? ''
  if (environment.test(file)) return 'environment'
  if (keyName.test(file) || keyEnding.test(file)) return 'key'
  if (file === 'prosody.cfg.lua') return 'configuration'
  return parts.some((part) => part.startsWith('.') || versionControl.has(part)) ? 'hidden' : undefined
}

/** Tells whether a file belongs to a version control system: not even a manifest that names it can have it. */
export function isVersionControl(path: string): boolean {
  return path.split('/').some((part) => versionControl.has(part))
}

// The header on a line of its own, or with the key behind it, as JSON has it.
const pem =
  /(?:^|\n)[ \t]*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|\s)+[A-Za-z0-9+/=]{16}/
const otherText = /^(?:PuTTY-User-Key-File-\d|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----)/
/** JKS, JCEKS, KeePass. */
const stores = ['feedfeed', 'cececece', '03d9a29a']

/** Tells whether bytes hold a private key, whatever the file is called. Lua that has one in a text is not asked for. */
export function isPrivateKey(bytes: Buffer): boolean {
  if (stores.includes(bytes.toString('hex', 0, 4)) || isKeyInDer(bytes)) return true
  const isWide = bytes.length > 1 && ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2))
  const text = bytes.toString('latin1', isWide ? 2 : 0).replaceAll('\0', '')
  return pem.test(text) || otherText.test(text)
}

/**
 * A sequence over the whole file that begins with a small number: PKCS #1 and #8 have a version of 0 or 1 there, SEC 1
 * has 1, PKCS #12 has 3. A certificate begins with a sequence, a public key too.
 */
function isKeyInDer(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30 || bytes.length < 32) return false
  const first = bytes[1] ?? 0
  const lengthBytes = first < 0x80 ? 0 : first - 0x80
  if (lengthBytes > 3) return false
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  const at = 2 + lengthBytes
  const isWhole = at + length === bytes.length
  return isWhole && bytes[at] === 2 && bytes[at + 1] === 1 && [0, 1, 3].includes(bytes[at + 2] ?? -1)
}
