import {ProsodyModsError} from '../errors.ts'

/** URLs that proxies have, '' for none, and the hosts that are reached without one. */
export interface Proxies {
  readonly httpProxy: string
  readonly httpsProxy: string
  readonly noProxy: string
}

/**
 * Finds the proxies of the environment, lower case before upper case; undefined when there are none. As curl does, a
 * proxy without a scheme is taken for http. Throws CONFIG_INVALID for what is no proxy's URL.
 */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies | undefined {
  const httpProxy = proxyOf('http_proxy', env)
  const httpsProxy = proxyOf('https_proxy', env)
  if (httpProxy === '' && httpsProxy === '') return undefined
  return {httpProxy, httpsProxy, noProxy: valueOf('no_proxy', env)}
}

function proxyOf(name: string, env: NodeJS.ProcessEnv): string {
  const text = valueOf(name, env)
  if (text === '') return ''
  const url = text.includes('://') ? text : `http://${text}`
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url
  // The value may hold credentials, so it is not repeated.
  throw new ProsodyModsError('CONFIG_INVALID', `${name}: expected the http(s) URL of a proxy`, {
    hint: `for example ${name}=http://proxy.example:3128`,
  })
}

function valueOf(name: string, env: NodeJS.ProcessEnv): string {
  return env[name] ?? env[name.toUpperCase()] ?? ''
}
