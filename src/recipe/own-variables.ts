/** Variables that shells, log-ins and builders set by themselves. */
const own = new Set(
  `BASH BASHPID BASH_LINENO BASH_REMATCH BASH_SOURCE BASH_VERSION COLUMNS DEBIAN_FRONTEND DIRSTACK DISPLAY EDITOR EUID
  FUNCNAME GROUPS HISTFILE HOME HOSTNAME HOSTTYPE IFS LANG LANGUAGE LC_ALL LINENO LINES LOGNAME MACHTYPE OLDPWD OPTARG OPTIND
  OSTYPE PATH PIPESTATUS PPID PS1 PS2 PS4 PWD RANDOM REPLY SECONDS SHELL SHLVL SUDO_USER TERM TMPDIR TZ UID USER
  TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT BUILDPLATFORM BUILDOS BUILDARCH BUILDVARIANT TARGETSTAGE
  HTTP_PROXY http_proxy HTTPS_PROXY https_proxy FTP_PROXY ftp_proxy NO_PROXY no_proxy ALL_PROXY all_proxy`.split(
    /\s+/,
  ),
)

/** Tells whether a shell, a log-in or a builder gives a variable its value, so that none is missing. */
export function isOwnVariable(name: string): boolean {
  return own.has(name) || !/^[A-Za-z_]\w*$/.test(name)
}
