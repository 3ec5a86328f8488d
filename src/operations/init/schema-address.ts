import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {readPackageFile} from '../../package-files.ts'

const file = 'registry/schema/manifest.schema.json'

/**
 * Finds where editors get the schema of a manifest from: its own address where it has one that can be asked, else the
 * package's in the folder's node_modules; undefined where there is neither.
 */
export function schemaAddress(folder: string, id = ownId()): string | undefined {
  if (URL.canParse(id) && !new URL(id).hostname.endsWith('.invalid')) return id
  const packaged = `node_modules/prosody-mods/${file}`
  return existsSync(join(folder, packaged)) ? `./${packaged}` : undefined
}

function ownId(): string {
  const {$id} = JSON.parse(readPackageFile(file).toString()) as {readonly $id?: string}
  return $id ?? ''
}
