import {credentialPlaces} from '../net/credentials.ts'

/** Lists the hosts that there are credentials for, and where these were found; never the credentials. Throws CONFIG_INVALID. */
export function credentialHosts(
  env: NodeJS.ProcessEnv,
): readonly {readonly host: string; readonly origin: string}[] {
  return credentialPlaces(env)
}

/** Writes a text that may be a URL, or a proxy without a scheme, without the user and the password in it. */
export function withoutUserinfo(text: string): string {
  return text.replace(/^((?:[a-z][a-z0-9+.-]*:\/\/)?)[^/?#\s]*@/i, '$1…@')
}
