import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {sha256Of} from '../../src/digest.ts'
import {Changes} from './changes.ts'
import {planRelease, type Asked, type Plan} from './plan.ts'
import {Programs} from './programs.ts'
import {isPreview} from './version.ts'

/** How a release is made. */
export interface Making extends Asked {
  /** Whether to put everything back in the end rather than to commit and tag. */
  readonly dryRun: boolean
  /** Tells which step begins. */
  readonly step: (line: string) => void
  /** Tells anything else. */
  readonly say: (line: string) => void
}

/** Where the package is put; Git ignores it. */
const folder = 'build/release'

/**
 * Makes a version of what is on main: checks it, tries its package, commits and tags, and tells the commands that publish
 * it. Where anything fails, files and history are as they were.
 */
export async function release(making: Making): Promise<void> {
  const programs = new Programs(making.root)
  const plan = planRelease(making, programs)
  const changes = new Changes(making.root, plan, programs)
  await programs.holdingSignals(async () => {
    try {
      await makeRelease(making, {plan, programs, changes})
    } catch (error) {
      takeBack(changes, making)
      throw error
    }
    if (making.dryRun) takeBack(changes, making)
  })
  if (making.dryRun) making.step(`${plan.version} can be released; nothing was committed`)
  else tellHowToPublish(making, plan)
}

interface Parts {
  readonly plan: Plan
  readonly programs: Programs
  readonly changes: Changes
}

async function makeRelease(making: Making, {plan, programs, changes}: Parts): Promise<void> {
  const {step, root, dryRun} = making
  step(`version ${plan.version}`)
  await changes.write()
  step('scripts/test.sh')
  await programs.run('scripts/test.sh')
  changes.requireNoOther()
  step('npm pack')
  mkdirSync(join(root, folder), {recursive: true})
  await programs.run('npm', 'pack', '--silent', '--pack-destination', folder)
  step(`scripts/try-package.sh ${folder}/${plan.file}`)
  await programs.run('scripts/try-package.sh', `${folder}/${plan.file}`)
  step(plan.single)
  await programs.run('npx', 'tsx', 'tools/build-single.ts', folder)
  await programs.run('scripts/try-package.sh', `${folder}/${plan.single}`)
  const path = join(root, folder, plan.single)
  writeFileSync(`${path}.sha256`, `${sha256Of(readFileSync(path))}  ${plan.single}\n`)
  step(plan.deb)
  await programs.run('npx', 'tsx', 'tools/build-deb.ts', folder)
  changes.requireNoOther()
  if (!dryRun) await changes.commit()
}

function takeBack(changes: Changes, {say}: Making): void {
  if (!changes.takeBack())
    say('The files of the release were changed meanwhile and stay as they are: see git diff.')
}

function tellHowToPublish({step, say, root}: Making, {version, file, single, deb}: Plan): void {
  step(`${version} is committed and tagged; to publish it:`)
  say(`  git push --atomic origin main v${version}`)
  say(`  npm publish ${isPreview(version) ? '--tag next ' : ''}${folder}/${file}`)
  say('')
  say(`Files for the release's page, in ${folder}, each with a .sha256 beside it:`)
  for (const name of [single, deb])
    say(`    ${readFileSync(join(root, folder, `${name}.sha256`), 'utf8').trim()}`)
  say('')
  say(`To take it back instead: git tag --delete v${version} && git reset --hard HEAD~`)
}
