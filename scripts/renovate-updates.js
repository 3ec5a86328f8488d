// Compares the updates in a log of Renovate's (LOG_FORMAT=json, debug) with what the data that it read has:
//   renovate-updates.js <log> <folder of the data>
// Prints a line for each value that Renovate read; exits with 1 where one is not as expected.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'

const [log = '', data = ''] = process.argv.slice(2)

/** The last version that is known of a package, as the data says. */
function newest(name) {
  const path = join(data, `${name.replace(/\/\*$/, '')}.json`)
  return JSON.parse(readFileSync(path, 'utf8')).releases.at(-1).version
}

/** File, package, version as Renovate reads it; ranges that are more than a version are left alone. */
const read = [
  ['prosody-mods.json', 'community/muc_moderation', '2023.2.23'],
  ['prosody-mods.json', 'community/http_oauth2', '2024.1.2'],
  ['prosody-mods.json', 'community/cloud_notify', '2020.1.1'],
  ['prosody-mods.json', 'jitsi/*', '9955'],
  ['prosody-mods.json', 'jitsi/muc_lobby_rooms', '9955'],
  ['prosody-mods.json', 'jitsi-contrib/token_affiliation', '20250520'],
  ['prosody-mods.json', 'jitsi-contrib/lobby_autostart', '20240101'],
  ['prosody-mods.json', 'matrix-user-verification/auth_matrix_user_verification', '1.7.0'],
  ['Dockerfile', 'jitsi/*', '9955'],
  ['Dockerfile', 'community/muc_moderation', '2023.2.23'],
]
const expected = read.map(([file, name, version]) => [file, name, version, newest(name)])

const found = readFileSync(log, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line))
  .filter(({msg}) => msg === 'packageFiles with updates')
  .flatMap(({config}) => Object.values(config).flat())
  .flatMap(({packageFile, deps}) => deps.map((dep) => ({packageFile, ...dep})))
  .filter(({datasource}) => datasource === 'custom.prosody-mods')

const texts = (rows) => rows.map((row) => row.join('  ')).sort()
const got = texts(
  found.map(({packageFile, depName, currentValue, updates = []}) => [
    packageFile,
    depName,
    currentValue,
    updates.length === 0 ? '-' : updates.map(({newValue}) => newValue).join(' or '),
  ]),
)
const wanted = texts(expected)
for (const line of got)
  process.stdout.write(`${wanted.includes(line) ? 'as expected' : 'NOT EXPECTED'}  ${line}\n`)
for (const line of wanted) if (!got.includes(line)) process.stdout.write(`MISSING  ${line}\n`)

const branches = new Set(
  found
    .filter(({depName}) => depName.startsWith('jitsi/'))
    .flatMap(({updates}) => updates.map(({branchName}) => branchName)),
)
if (branches.size !== 1)
  process.stdout.write(`expected one branch for Jitsi's tree, got ${[...branches].join(', ')}\n`)
process.exitCode = got.join('\n') === wanted.join('\n') && branches.size === 1 ? 0 : 1
