import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {coloured, linked, uncoloured} from '../../../src/render/colours.ts'
import {address, hasLinks, link} from '../../../src/render/links.ts'
import {widthOf} from '../../../src/render/width.ts'
import {visible} from '../../../src/plain-text.ts'

const terminal = {isTTY: true}
const esc = '\u001b'

describe('a terminal with links', () => {
  // What colours are asked of this process, too.
  let before: string | undefined
  beforeEach(() => {
    before = process.env['NO_COLOR']
    delete process.env['NO_COLOR']
  })
  afterEach(() => {
    if (before === undefined) delete process.env['NO_COLOR']
    else process.env['NO_COLOR'] = before
  })

  it.each([
    [{TERM_PROGRAM: 'WezTerm'}, true],
    [{TERM_PROGRAM: 'Apple_Terminal'}, false],
    [{VTE_VERSION: '7006'}, true],
    [{VTE_VERSION: '4602'}, false],
    [{TERM: 'xterm-kitty'}, true],
    [{TERM: 'xterm-256color', KONSOLE_VERSION: '220401'}, true],
    [{TERM: 'xterm-256color'}, false],
    [{TERM: 'dumb', VTE_VERSION: '7006'}, false],
    [{TERM: 'tmux-256color', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.4'}, true],
    [{TERM: 'tmux-256color', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.3a'}, false],
    [{TERM: 'screen', VTE_VERSION: '7006'}, false],
    [{VTE_VERSION: '7006', CI: 'true'}, false],
    [{VTE_VERSION: '7006', NO_COLOR: '1'}, false],
    [{VTE_VERSION: '7006', FORCE_HYPERLINK: '0'}, false],
    [{TERM: 'dumb', FORCE_HYPERLINK: '1'}, true],
    [{FORCE_HYPERLINK: '1', NO_COLOR: '1'}, false],
  ])('is known by %j: %s', (env, known) => {
    expect(hasLinks(terminal, env)).toBe(known)
  })

  it('is none where output goes elsewhere, unless links are asked for', () => {
    expect(hasLinks({}, {VTE_VERSION: '7006'})).toBe(false)
    expect(hasLinks({}, {FORCE_HYPERLINK: '1'})).toBe(true)
  })
})

describe('a link', () => {
  it('is written by the sequence of OSC 8 and takes the columns of its text', () => {
    const made = linked('XEP-0425', 'https://xmpp.org/a b')
    expect(coloured(visible(made))).toBe(`${esc}]8;;https://xmpp.org/a%20b${esc}\\XEP-0425${esc}]8;;${esc}\\`)
    expect(uncoloured(`(${made})`)).toBe('(XEP-0425)')
    expect(widthOf(made)).toBe('XEP-0425'.length)
  })

  it('can not hold what steers a terminal', () => {
    const made = coloured(visible(linked('x', `https://h/${esc}]0;t\u0007\ud800`)))
    expect(made).toBe(`${esc}]8;;https://h/%1B]0;t%07${esc}\\x${esc}]8;;${esc}\\`)
  })

  it('is the text alone where there are no links, and where there is no address', () => {
    expect(link('x', null)).toBe('x')
    expect(address('https://h/')).toBe('https://h/')
  })
})
