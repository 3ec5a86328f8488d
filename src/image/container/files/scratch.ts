import type {ImageSettings} from '../settings.ts'

/** Absolute folders that an image without a base has whole. */
const folders = [
  '/etc/prosody',
  '/etc/ssl',
  '/usr/lib/prosody',
  '/usr/local/share/lua',
  '/usr/local/lib/lua',
  '/usr/share/ca-certificates',
  '/usr/share/dns',
  // Those for Lua 5.4 are links into the folder of another version.
  '/usr/share/lua',
]

/** Absolute files that an image without a base has. */
const files = ['/etc/group', '/etc/nsswitch.conf', '/etc/passwd', '/etc/protocols', '/etc/services']

/** Programs that Prosody and prosodyctl are started with; neither needs a shell. */
const programs = ['/usr/bin/env', '/usr/bin/prosody', '/usr/bin/prosodyctl']

/**
 * Lists the commands that gather below /image what Prosody needs of the system: its files, the shared libraries that
 * programs and Lua's modules are linked with, and what says what the libraries' names mean.
 */
export function gathering({lua, uid}: ImageSettings): string[] {
  const all = [...folders, ...files, ...programs]
  return [
    'mkdir -p /image/dev /image/proc /image/sys /image/tmp /image/usr/bin /image/usr/lib /image/usr/local/lib',
    'ln -s usr/bin /image/bin',
    'ln -s usr/lib /image/lib',
    'if test -L /lib64; then ln -s usr/lib64 /image/lib64 && mkdir -p /image/usr/lib64; fi',
    'chmod 1777 /image/tmp',
    `for path in ${all.join(' ')} /usr/bin/lua${lua}; do if test -e "$path"; then tar --create --file=- "$path" 2>/dev/null | tar --extract --file=- --directory=/image; fi; done`,
    // Lua's modules are links to libraries beside their folder.
    'for path in /usr/lib/*/lua; do tar --create --dereference --file=- "$path" 2>/dev/null | tar --extract --file=- --directory=/image; done',
    `find /image/usr/bin /image/usr/lib /image/usr/local/lib -type f | while read -r path; do ldd "$path" 2>/dev/null | grep -o '/[^ ]*' ; done | sort -u | while read -r path; do mkdir -p "/image$(dirname "$path")" && cp --dereference "$path" "/image$path"; done`,
    'rm --recursive --force /image/etc/prosody/certs/* /image/etc/ssl/private',
    'install --directory --mode=755 /image/etc/prosody/certs',
    `install --directory --mode=770 --owner=${uid} --group=0 /image/var/lib/prosody`,
  ]
}
