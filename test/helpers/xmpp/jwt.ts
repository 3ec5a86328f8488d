import {createHmac, createSign, generateKeyPairSync} from 'node:crypto'

export type Claims = Readonly<Record<string, unknown>>

/** How a token is signed: by a secret, or by a private key in PEM. */
export interface Signing {
  readonly alg: 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'RS384' | 'RS512'
  readonly key: string
  /** By which a key server knows the public key. */
  readonly kid?: string
}

/** A JSON web token (RFC 7519). */
export function signToken(claims: Claims, {alg, key, kid}: Signing): string {
  const input = `${part({alg, typ: 'JWT', ...(kid === undefined ? {} : {kid})})}.${part(claims)}`
  const hash = `sha${alg.slice(2)}`
  const signature = alg.startsWith('HS')
    ? createHmac(hash, key).update(input).digest('base64url')
    : createSign(hash).update(input).sign(key, 'base64url')
  return `${input}.${signature}`
}

/** The same claims without any signature, which its header calls `none`. */
export function unsignedToken(claims: Claims): string {
  return `${part({alg: 'none', typ: 'JWT'})}.${part(claims)}.`
}

/** A token whose claims are replaced after it was signed. */
export function forgedToken(token: string, claims: Claims): string {
  const [header = '', , signature = ''] = token.split('.')
  return `${header}.${part(claims)}.${signature}`
}

/** An RSA key pair in PEM. */
export function newKeyPair(): {readonly privateKey: string; readonly publicKey: string} {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: {type: 'spki', format: 'pem'},
    privateKeyEncoding: {type: 'pkcs8', format: 'pem'},
  })
}

/** Seconds since 1970, as tokens count. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
