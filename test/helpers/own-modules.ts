import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** Writes folders of modules, each with a library, a resource and a body of its own: mod_<prefix>1, 2, … */
export async function writeModules(
  folder: string,
  {prefix, count}: {readonly prefix: string; readonly count: number},
): Promise<readonly string[]> {
  const names = Array.from({length: count}, (_, index) => `${prefix}${index + 1}`)
  for (const name of names) {
    const module = join(folder, `mod_${name}`)
    await mkdir(join(module, 'html'), {recursive: true})
    await writeFile(
      join(module, `mod_${name}.lua`),
      `local util = module:require "util"\nmodule:hook("muc-room-created", function () return util.name end)\n`,
    )
    await writeFile(join(module, 'util.lib.lua'), `return { name = "${name}" }\n`)
    await writeFile(join(module, 'html/page.html'), `<p>${name}</p>\n`.repeat(50))
  }
  return names
}
