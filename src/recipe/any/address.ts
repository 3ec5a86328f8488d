/** A URL in its parts, as far as it can be told with variables in it. */
export interface Address {
  readonly url: string
  /** Scheme, user and host. */
  readonly site: string
  /** In lower case, without a port. */
  readonly host: string
  readonly path: string
  readonly query: ReadonlyMap<string, string>
  /** Behind `#`. */
  readonly fragment: string
  /** What its scheme (`git::`, `hg+`), its end or what stands around it says. */
  readonly vcs: 'git' | 'hg' | undefined
}

const form =
  /^(?:(git|hg)(?:::|\+))?((https?|ssh):\/\/(?:[^@/?#]*@)?([^/:?#]+)(?::\d+)?)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i

/**
 * Takes a URL apart; undefined for what is none.
 * @param vcs what stands around it says
 */
export function readAddress(text: string, vcs: 'git' | 'hg' | undefined): Address | undefined {
  const [, prefix, site, scheme, host, path = '', query = '', fragment = ''] = form.exec(text) ?? []
  if (site === undefined || host === undefined) return undefined
  const said = prefix?.toLowerCase() === 'hg' ? 'hg' : prefix === undefined ? vcs : 'git'
  const url = prefix === undefined ? text : text.slice(text.indexOf(site))
  return {
    url,
    site,
    host: host.toLowerCase(),
    path,
    query: new Map(query.split('&').map((pair) => splitOnce(pair, '='))),
    fragment,
    vcs: said ?? (scheme === 'ssh' || /\.git\/?$/.test(path) ? 'git' : undefined),
  }
}

function splitOnce(text: string, by: string): readonly [string, string] {
  const at = text.indexOf(by)
  return at < 0 ? [text, ''] : [text.slice(0, at), decoded(text.slice(at + by.length))]
}

/** Reads the escapes of a part of a URL; as it stands where they are none. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const token = /\$?\{\{[^{}]*\}\}|\$\{[^{}]*\}|\[\[[^[\]]*\]\]|\$\([A-Za-z_]\w*\)/g

/** Hides variables, whose own signs would be taken for a URL's. Returns the text and what brings them back. */
export function hideVariables(text: string): readonly [hidden: string, show: (text: string) => string] {
  const tokens: string[] = []
  const hidden = text.replace(token, (found) => `\uE000${String(tokens.push(found) - 1)}\uE001`)
  return [hidden, (of) => of.replace(/\uE000(\d+)\uE001/g, (_, index: string) => tokens[Number(index)] ?? '')]
}
