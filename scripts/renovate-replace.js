// Has Renovate's own code write the updates that its log tells into the project's files, one after the other:
//   renovate-replace.js <log> <project> <folder of Renovate's code> <configuration>
// Renovate's lookups change nothing by themselves, and nothing else of it runs without a forge.
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'

const [log = '', project = '', renovate = '', configuration = ''] = process.argv.slice(2)
const load = (path) => import(pathToFileURL(join(renovate, path)).href)
const {doAutoReplace} = await load('workers/repository/update/branch/auto-replace.js')
const {GlobalConfig} = await load('config/global.js')
GlobalConfig.set({localDir: project})

const {customManagers} = JSON.parse(readFileSync(configuration, 'utf8'))
const files = readFileSync(log, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{'))
  .map((line) => JSON.parse(line))
  .filter(({msg}) => msg === 'packageFiles with updates')
  .flatMap(({config}) => Object.entries(config))
  .flatMap(([manager, list]) => list.map((file) => ({manager, ...file})))

let wrong = 0
for (const {manager, packageFile, deps} of files) {
  const custom = customManagers.find(({customType}) => customType === manager)
  if (custom === undefined) continue
  const place = join(project, packageFile)
  for (const [depIndex, {updates = [], ...dep}] of deps.entries()) {
    for (const {newValue} of updates) {
      const content = readFileSync(place, 'utf8')
      const upgrade = {...custom, ...dep, manager, packageFile, depIndex, newValue}
      const changed = await doAutoReplace(upgrade, content, false)
      if (typeof changed !== 'string') throw new Error(`${packageFile}: ${dep.depName} could not be replaced`)
      writeFileSync(place, changed)
      const lines = changed.split('\n')
      const differing = content
        .split('\n')
        .flatMap((before, at) => (before === lines[at] ? [] : [[before, lines[at]]]))
      const [[before = '', after = ''] = []] = differing
      // One line, in which the version alone is another: what stands before and behind it stays.
      const isRight = differing.length === 1 && after === before.replace(dep.currentValue, newValue)
      if (!isRight) wrong += 1
      process.stdout.write(
        `${isRight ? 'as expected' : 'NOT EXPECTED'}  ${packageFile}: ${before.trim()} → ${after.trim()}\n`,
      )
    }
  }
}
process.exitCode = wrong
