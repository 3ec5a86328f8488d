/**
 * Writes dist/help.json: what `--help` prints, as oclif lays it out for 80 columns, for each command and topic and, under
 * '', for the program. Loading oclif takes longer than most commands do.
 */
import {writeFileSync} from 'node:fs'
import {format} from 'node:util'
import {fileURLToPath} from 'node:url'
import type {Config} from '@oclif/core/config'

// Both are read when oclif is loaded.
process.env['FORCE_COLOR'] = '1'
process.env['OCLIF_COLUMNS'] = '80'
const {Config: OclifConfig} = await import('@oclif/core/config')
const {Help} = await import('@oclif/core/help')

class KeptHelp extends Help {
  readonly lines: string[] = []

  protected override log(...args: string[]): void {
    this.lines.push(format(...args), '\n')
  }
}

const root = fileURLToPath(new URL('../', import.meta.url))
const config = await OclifConfig.load({root})
const subjects = ['', ...config.topics.map(({name}) => name), ...config.commands.map(({id}) => id)]
const texts: [string, string][] = []
for (const subject of subjects) texts.push([subject.replaceAll(':', ' '), await helpOn(subject, config)])
writeFileSync(`${root}dist/help.json`, JSON.stringify(Object.fromEntries(texts.sort()), undefined, 1))

/** The program's help names the machine and its Node.js, which are not known yet. */
async function helpOn(subject: string, loaded: Config): Promise<string> {
  const help = new KeptHelp(loaded, loaded.pjson.oclif.helpOptions)
  await help.showHelp(subject === '' ? [] : [...subject.split(':'), '--help'])
  return help.lines.join('').replace(loaded.userAgent, '{version}')
}
