import {readFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {mustRun} from '../test/helpers/program.ts'

/** What a measurement depends on, a line each. */
export async function versions(): Promise<readonly string[]> {
  const luarocks = await mustRun(['luarocks', '--version'])
  return [
    `date ${new Date().toISOString().slice(0, 10)}`,
    `${await system()}, ${availableParallelism()} cores`,
    `node ${process.versions.node}, NODE_EXTRA_CA_CERTS ${process.env['NODE_EXTRA_CA_CERTS'] ? 'set' : 'not set'}`,
    `prosody-mods ${versionOf('../package.json')}, @oclif/core ${versionOf('../node_modules/@oclif/core/package.json')}`,
    `luarocks ${/luarocks (\d\S*)/.exec(luarocks)?.[1] ?? luarocks.trim()} for Lua 5.4`,
  ]
}

function versionOf(path: string): string {
  const data: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
  return typeof data === 'object' && data !== null && 'version' in data ? String(data.version) : 'unknown'
}

async function system(): Promise<string> {
  const release = await mustRun(['sh', '-c', '. /etc/os-release && echo "$PRETTY_NAME"'])
  return `${release.trim()}, ${process.arch}`
}
