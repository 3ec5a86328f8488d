// Installs prosody-mods into a folder of this job, at one exact version, and tells the next step where it is.
import {appendFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {run} from './program.js'

const own = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
const version = process.env['PROSODY_MODS_VERSION']?.trim() || own.version
const folder = join(process.env['RUNNER_TEMP'] ?? '', 'prosody-mods-tool')

if (!process.env['RUNNER_TEMP'] || !process.env['GITHUB_ENV'])
  fail('RUNNER_TEMP and GITHUB_ENV are not set', 2)
// A range or a tag of npm would be another program tomorrow.
if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version))
  fail(`version: expected an exact one such as ${own.version}, got ${JSON.stringify(version)}`, 2)

mkdirSync(folder, {recursive: true})
writeFileSync(join(folder, 'package.json'), '{"private": true}\n')
const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', '--loglevel=error']
const {code, stdout, stderr} = await run(['npm', 'install', ...flags, `${own.name}@${version}`], {
  cwd: folder,
})
process.stdout.write(stdout + stderr)
if (code !== 0) fail(`npm could not install ${own.name}@${version}`, 1)
appendFileSync(
  process.env['GITHUB_ENV'],
  `PROSODY_MODS_PROGRAM=${join(folder, 'node_modules', own.name, 'bin/run.js')}\n`,
)

function fail(text, exitCode) {
  process.stderr.write(`error: ${text}\n`)
  process.exit(exitCode)
}
