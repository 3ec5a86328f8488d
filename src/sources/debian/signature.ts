import type {CleartextMessage, Key, KeyID, Message, Signature, verify} from 'openpgp'
import {ProsodyModsError, messageOf} from '../../errors.ts'

/** A text that is signed, and who may have signed it. */
export interface SignedText {
  /** What messages call the text: its URL. */
  readonly label: string
  /** Public keys as GnuPG exports them, armored or not. */
  readonly keyring: Buffer
  readonly keyringPath: string
  /** Fingerprints of the keys that are believed, in capital hex digits; all of the keyring where nothing is said. */
  readonly fingerprints?: readonly string[]
}

/**
 * Returns the signed text of a clearsigned file (RFC 9580, 7): what stands around it is not given. One good signature
 * by a key of the keyring is needed. Throws SIGNATURE_MISSING, SIGNATURE_INVALID, SIGNATURE_KEY_UNKNOWN,
 * CONFIG_INVALID.
 */
export async function verifiedCleartext(text: string, signed: SignedText): Promise<string> {
  if (!text.includes('-----BEGIN PGP SIGNED MESSAGE-----')) throw signatureMissing(signed.label)
  const openpgp = await import('openpgp')
  const keys = await keysOf(signed)
  let message: CleartextMessage
  try {
    message = await openpgp.readCleartextMessage({cleartextMessage: text})
  } catch (error) {
    throw invalid(signed.label, messageOf(error))
  }
  const {data, signatures} = await checked(signed, () =>
    openpgp.verify({message, verificationKeys: [...keys]}),
  )
  await oneGood(signatures, keys, signed)
  return data
}

/** Checks bytes by a signature in a file of its own; throws what `verifiedCleartext` throws. */
export async function verifyDetached(bytes: Buffer, signature: Buffer, signed: SignedText): Promise<void> {
  const openpgp = await import('openpgp')
  const keys = await keysOf(signed)
  const isArmored = signature.toString('latin1').includes('-----BEGIN PGP SIGNATURE-----')
  let parsed: Signature
  let message: Message<Uint8Array>
  try {
    parsed = isArmored
      ? await openpgp.readSignature({armoredSignature: signature.toString('utf8')})
      : await openpgp.readSignature({binarySignature: signature})
    message = await openpgp.createMessage({binary: new Uint8Array(bytes)})
  } catch (error) {
    throw invalid(signed.label, messageOf(error))
  }
  const {signatures} = await checked(signed, () =>
    openpgp.verify({message, signature: parsed, verificationKeys: [...keys], format: 'binary'}),
  )
  await oneGood(signatures, keys, signed)
}

/** Runs work on a signature; whatever it throws becomes the error for a signature that does not hold. */
async function checked<T>({label}: SignedText, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw invalid(label, messageOf(error))
  }
}

/**
 * Reads the keys that may have signed: of a keyring with others in it, those whose fingerprints are told. Throws
 * CONFIG_INVALID.
 */
export async function keysOf(signed: Omit<SignedText, 'label'>): Promise<readonly Key[]> {
  const {keyringPath, fingerprints} = signed
  const keys = await allKeysOf(signed)
  if (fingerprints === undefined) return keys
  const believed = keys.filter((key) => fingerprints.includes(key.getFingerprint().toUpperCase()))
  if (believed.length > 0) return believed
  throw new ProsodyModsError(
    'CONFIG_INVALID',
    `${keyringPath}: expected a key ${fingerprints.join(' or ')}`,
    {
      hint: 'reinstall prosody-mods; its registry comes with it',
    },
  )
}

async function allKeysOf({keyring, keyringPath}: Omit<SignedText, 'label'>): Promise<readonly Key[]> {
  const openpgp = await import('openpgp')
  const text = keyring.toString('latin1')
  try {
    if (!text.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----'))
      return await openpgp.readKeys({binaryKeys: keyring})
    // A file may hold several blocks, and the library reads the first.
    const blocks = text.match(
      /-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g,
    )
    const read = (blocks ?? []).map((armoredKeys) => openpgp.readKeys({armoredKeys}))
    const keys = (await Promise.all(read)).flat()
    if (keys.length > 0) return keys
    throw new Error('the block of public keys has no end')
  } catch (error) {
    throw new ProsodyModsError('CONFIG_INVALID', `${keyringPath}: no OpenPGP keys: ${messageOf(error)}`, {
      hint: 'a keyring is a file of public keys, as "gpg --export" writes it',
      cause: error,
    })
  }
}

type Signatures = Awaited<ReturnType<typeof verify>>['signatures']

async function oneGood(signatures: Signatures, keys: readonly Key[], signed: SignedText): Promise<void> {
  if (signatures.length === 0) throw signatureMissing(signed.label)
  const reasons: string[] = []
  const unknown: string[] = []
  for (const {verified, keyID} of signatures) {
    try {
      await verified
      await stillValid(keyID, keys)
      return
    } catch (error) {
      const reason = messageOf(error)
      if (reason.includes('Could not find signing key')) unknown.push(keyID.toHex().toUpperCase())
      else reasons.push(reason)
    }
  }
  if (reasons.length > 0) throw invalid(signed.label, reasons.join('; '))
  throw new ProsodyModsError(
    'SIGNATURE_KEY_UNKNOWN',
    `${signed.label}: signed by nobody who is trusted for it\n  expected a key of ${signed.keyringPath}\n  got      ${unknown.join(', ')}`,
    {
      hint: 'if the archive has a new key, get it from its owner in a way that you trust and name its file in "signedBy"',
      details: {url: signed.label, keyring: signed.keyringPath, keys: unknown},
    },
  )
}

/**
 * Throws for a key that may not sign today: the library judges a key by the time that the signature itself names, and
 * who holds an expired key can name any.
 */
async function stillValid(keyID: KeyID, keys: readonly Key[]): Promise<void> {
  const key = keys.find((one) => one.getKeyIDs().some((id) => id.equals(keyID)))
  if (key === undefined) throw new Error('the key is not in the keyring')
  await key.verifyPrimaryKey(new Date())
  await key.getSigningKey(keyID, new Date())
}

/** Makes the error of a text that nobody has signed. */
export function signatureMissing(label: string): ProsodyModsError {
  return new ProsodyModsError('SIGNATURE_MISSING', `${label}: there is no signature`, {
    hint: 'an index that nobody signed is not believed; packages that you know by their sha256 can be declared in "debs"',
    details: {url: label},
  })
}

function invalid(label: string, reason: string): ProsodyModsError {
  return new ProsodyModsError('SIGNATURE_INVALID', `${label}: the signature does not hold: ${reason}`, {
    hint: 'somebody has changed the file, or the mirror was just being renewed: try again, or take another mirror',
    details: {url: label, reason},
  })
}
