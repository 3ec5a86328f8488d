import {seeded} from '../test/helpers/random.ts'

const words =
  'module event session stanza room occupant jid host user config util timer is_admin get_option attr tag body log'.split(
    ' ',
  )

/**
 * Lua of so many bytes, the same for the same seed. Some three bytes in four go when it is gzipped, as with the Lua that
 * it stands for.
 */
export function luaText(bytes: number, seed: number): Buffer {
  const below = seeded(seed)
  const word = (): string => words[below(words.length)] ?? ''
  const name = (): string => `${word()}_${below(40)}`
  const forms = [
    () => `    local ${name()} = ${name()}:${word()}("${word()}", ${below(1000)});\n`,
    () => `    if not ${name()} then return ${name()}; end\n`,
    () => `    ${name()}["${name()}"] = ${name()} and ${name()} or nil;\n`,
    () => `    -- the ${word()} of a ${word()} is no ${word()} unless its ${word()} has ${below(100)}\n`,
    () => `    ${name()}.${word()}(${name()}, function (${word()}) ${name()}(${name()}); end);\n`,
  ]
  let text = 'do\n'
  for (;;) {
    // A `return` may only end a block, so each line is one.
    const line = `do ${forms[below(forms.length)]?.().trim() ?? ''}\nend\n`
    if (text.length + line.length + 'end\n'.length > bytes) break
    text += line
  }
  const rest = bytes - text.length - 'end\n'.length
  return rest < 0 ? Buffer.alloc(bytes, '\n') : Buffer.from(`${text}end\n${' '.repeat(rest)}`)
}
