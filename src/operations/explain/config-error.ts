import {editDistance} from '../../text/edit-distance.ts'
import {maybe, sure, type Cause} from './types.ts'

/** What a configuration may call. */
const words = [
  'VirtualHost',
  'Component',
  'Include',
  'FileContents',
  'FileLine',
  'FileLines',
  'Credential',
  'RunScript',
]

/** What a configuration hands to `VirtualHost` or `Component` in place of a name. */
const namesNot: Readonly<Record<string, string>> = {
  table:
    'a list of names where one name belongs: a function that splits a text gives one list, and not several values',
  nil: 'no name: the variable that it is taken from is not set',
  'no value': 'no name: the variable that it is taken from is not set',
}

type Rule = readonly [RegExp, (match: RegExpExecArray) => readonly Cause[]]

/** The first that fits counts. */
const rules: readonly Rule[] = [
  [/near '(?:\{\{|<no|%|\$\{?|@@)/, () => [sure('a mark of a template was not replaced')]],
  [
    /near '(?:[^\x00-\x7f]|<\\\d+>)/,
    () => [
      sure(
        'a character stands there that Lua does not know, such as a curly quotation mark that a word processor made',
      ),
    ],
  ],
  [
    /near <eof>/,
    () => [
      sure(
        'a bracket, a quotation mark or an "end" is missing: the file ends before what was opened is closed',
      ),
    ],
  ],
  [
    /'([})\]])' expected(?: \(to close '.' at line (\d+)\))? near '?([^']*)/,
    ([, closing = '', since, near = '']) => [
      sure(
        `before ${near} a comma, a quotation mark or the ${closing} is missing${since === undefined ? '' : `; the bracket was opened on line ${since}`}`,
      ),
    ],
  ],
  [
    /unfinished (?:long )?string|malformed number|unexpected symbol|expected near|syntax error/,
    () => [
      sure(
        'there, or on the line before, a comma, a quotation mark, a bracket or a "=" is missing or too much',
      ),
    ],
  ],
  [
    /attempt to call a nil value \(global '(\w+)'\)|attempt to call global '(\w+)'/,
    ([, a, b]) => calledCauses(a ?? b ?? ''),
  ],
  [
    /attempt to (?:concatenate|index|perform arithmetic on|compare).* nil/,
    () => [maybe('a variable of the environment, or a name that the file uses, is not set')],
  ],
  [
    /Error loading included (\S+): .*No such file/,
    ([, path = '']) => [sure(`an Include names ${path}, and no such file is there`)],
  ],
  [
    /Error loading included (\S+): .*Permission denied/,
    ([, path = '']) => [sure(`the user that Prosody runs as may not read ${path}`)],
  ],
  [
    /C stack overflow|too many syntax levels|too many C levels/,
    () => [sure('a file includes itself, or one that includes it: Include lines go round in a loop')],
  ],
  [
    /bad argument #1 to 'nameprep' \(string expected, got ([\w ]+)\)/,
    ([, got = '']) => [
      sure(
        `a VirtualHost or Component line of the configuration has ${namesNot[got] ?? `a ${got} where its name belongs`}`,
      ),
      maybe(
        'the configuration is computed from variables of the environment, as images do, and one of them is set to what it does not expect',
      ),
    ],
  ],
  [
    /clashes with previously defined/,
    () => [
      sure(
        'two lines define the same name; a component needs one of its own, such as conference.example.com',
      ),
    ],
  ],
  [
    /contains forbidden characters|must have a name/,
    () => [maybe('the name is no domain name: a template may have left it empty, or written a placeholder')],
  ],
]

/** Lists what an error of Lua, or of Prosody's reader, in a configuration comes from. */
export function configCauses(error: string): readonly Cause[] {
  for (const [pattern, read] of rules) {
    const match = pattern.exec(error)
    if (match !== null) return read(match)
  }
  return []
}

function calledCauses(name: string): Cause[] {
  const meant = words.find(
    (one) => one !== name && editDistance(one.toLowerCase(), name.toLowerCase(), 2) !== undefined,
  )
  return [
    meant === undefined
      ? sure(`${name} is followed by a value, and no "=" stands between them`)
      : sure(`${name} is no word of a configuration; ${meant} is one`),
  ]
}
