/** Variables of the environment that commands read, and what each is for. */
export const variables: Readonly<Record<string, string>> = {
  PROSODY_MODS_CACHE: 'the folder of the store; ~/.cache/prosody-mods without it',
  PROSODY_MODS_CONFIG: 'the folder with config.json; ~/.config/prosody-mods without it',
  PROSODY_MODS_STATE: 'the folder that what was begun is noted in; ~/.local/state/prosody-mods without it',
  PROSODY_MODS_DEBIAN_MIRROR: "the mirror of Debian to ask, in place of that in apt's configuration",
  PROSODY_MODS_CREDENTIALS: 'host=user:password or host=token, with white space between entries',
  PROSODY_MODS_CA_FILE:
    'certificates in PEM to trust besides, as SSL_CERT_FILE and NODE_EXTRA_CA_CERTS name some',
  PROSODY_MODS_TIMEOUT: 'seconds of silence that are borne from a server; 30 without it',
  PROSODY_MODS_OLDEST_INDEX: 'since when a signed index is taken though a newer one was seen',
  PROSODY_MODS_DEBUG: 'anything: errors say what caused them',
  GITHUB_TOKEN: 'token for api.github.com',
  NETRC: 'file with credentials; ~/.netrc without it',
  HTTPS_PROXY: 'the proxy to go through; HTTP_PROXY and NO_PROXY, too',
  NO_COLOR: 'anything: no colours; FORCE_COLOR: colours everywhere',
}
