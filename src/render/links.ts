import {packageJson} from '../package-files.ts'
import {isColoured, linked} from './colours.ts'

interface Stream {
  readonly isTTY?: boolean
}

type Variables = Readonly<Record<string, string | undefined>>

/** Terminals that say by their name which they are, and know links. */
const programs: ReadonlySet<string> = new Set([
  'Hyper',
  'Tabby',
  'WarpTerminal',
  'WezTerm',
  'ghostty',
  'iTerm.app',
  'mintty',
  'rio',
  'vscode',
  'zed',
])
/** The first version of VTE, on which GNOME's and other terminals are built, whose links are sound: 0.50.1. */
const leastVte = 5001
/** The first version of tmux that hands links on, as far as the terminal around it knows them. */
const leastTmux = 3.4

/**
 * Tells whether a stream gets links: never where NO_COLOR is set and with FORCE_HYPERLINK=0, always with another
 * FORCE_HYPERLINK, and else on a terminal that is known to have them, outside of CI (docs/guide/looking.md).
 */
export function hasLinks(stream: Stream, env: Variables): boolean {
  const {NO_COLOR: never, FORCE_HYPERLINK: forced} = env
  if (never !== undefined && never !== '') return false
  if (forced !== undefined && forced !== '') return forced !== '0'
  return isColoured(stream) && stream.isTTY === true && !isSet(env['CI']) && knowsLinks(env)
}

function knowsLinks(env: Variables): boolean {
  const {TERM: term = '', TERM_PROGRAM: program = '', VTE_VERSION: vte} = env
  if (term === 'dumb') return false
  if (program === 'tmux') return Number.parseFloat(env['TERM_PROGRAM_VERSION'] ?? '') >= leastTmux
  // Others inside of which it is not known who draws.
  if (/^(?:screen|tmux)/.test(term)) return false
  if (vte !== undefined) return Number(vte) >= leastVte
  return (
    programs.has(program) ||
    ['DOMTERM', 'KITTY_WINDOW_ID', 'KONSOLE_VERSION', 'WT_SESSION'].some((name) => isSet(env[name])) ||
    /^(?:alacritty|contour|foot|xterm-ghostty|xterm-kitty|wezterm)/.test(term)
  )
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false'
}

/** Makes a link of a text on standard output where that has links; else the text is returned as it is. */
export function link(text: string, url: string | null): string {
  return url !== null && hasLinks(process.stdout, process.env) ? linked(text, url) : text
}

/** Writes a URL that is a link where the terminal has them, and is read where it has not. */
export function address(url: string): string {
  return link(url, url)
}

/** Returns the address of a page of the documentation, of this version of the program. @param path from the package */
export function pageAddress(path: string): string {
  const {homepage, version} = packageJson()
  return `${homepage.replace(/#.*/, '')}/blob/v${version}/${path}`
}
