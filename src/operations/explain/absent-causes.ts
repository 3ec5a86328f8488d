import {maybe, type Cause} from './types.ts'
import type {World} from './world.ts'

/** Suspects that a file of a module is there, and out of Prosody's reach. */
export function elsewhereCauses(publishers: readonly string[], {isProject}: World): Cause[] {
  return isProject || !publishers.includes('jitsi')
    ? []
    : [
        maybe(
          "or it is on the server, and plugin_paths names no folder that has it: Debian's package of Jitsi puts its modules into /usr/share/jitsi-meet/prosody-plugins, and says so in a file of conf.d that the main configuration has to include",
        ),
      ]
}

/** Recognises a list of requirements that somebody has copied into modules_enabled. */
export function libraryCauses(module: string, {libs, line}: World['line']): Cause[] {
  return libs.includes(`util.${module}`)
    ? [
        maybe(
          `util.${module} is a library of Prosody's own: code requires it, and modules_enabled does not name it`,
          `registry/prosody/${line}.json: libs`,
        ),
      ]
    : []
}
