import {ownValue} from '../../own-value.ts'
import {step, sure, type Draft} from './types.ts'
import type {World} from './world.ts'

const drivers: Readonly<Record<string, string>> = {
  MySQL: 'lua-dbi-mysql',
  PostgreSQL: 'lua-dbi-postgresql',
  SQLite3: 'lua-dbi-sqlite3',
}

/**
 * Explains a database for which a library or a driver is missing.
 * @param driver as the option `sql` names it; undefined where the message names none
 * @param module the one that asks for the library
 */
export function explainSql(driver: string | undefined, module = 'storage_sql'): Draft {
  const packages = driver === undefined ? Object.values(drivers) : [ownValue(drivers, driver) ?? '']
  const install = packages
    .filter((name) => name !== '')
    .map((name) =>
      step(
        driver === undefined
          ? `for ${Object.keys(drivers).find((one) => drivers[one] === name) ?? ''}`
          : 'install the package',
        `apt-get install --yes --no-install-recommends ${name}`,
      ),
    )
  return {
    id: 'sql-library-missing',
    subject: driver ?? '',
    happened:
      driver === undefined
        ? `mod_${module} finds no library for databases`
        : `LuaDBI has no driver for ${driver}`,
    causes: [
      sure(
        driver === undefined
          ? 'neither LuaDBI nor LuaSQLite3 is installed; Debian has a package of LuaDBI for each database'
          : `the driver for ${driver} is a package of its own in Debian`,
        'registry/libraries.json: packages → lua-dbi-common',
      ),
    ],
    steps: install.length > 0 ? install : [step('install the driver with LuaDBI', 'luarocks install luadbi')],
  }
}

/** As util/dependencies.lua names them. */
const startLibraries: Readonly<Record<string, readonly [name: string, fatal: boolean]>> = {
  luaexpat: ['lua-expat', true],
  luasocket: ['lua-socket', true],
  luafilesystem: ['lua-filesystem', true],
  LuaSec: ['lua-sec', false],
  'lua-bitops': ['lua-bitop', false],
  'lua-unbound': ['lua-unbound', false],
}

/** Explains what Prosody looks for when it starts and does not find. */
export function explainStart(dependency: string, {target}: World): Draft {
  const known = Object.hasOwn(startLibraries, dependency) ? startLibraries[dependency] : undefined
  const isOwn = /^(?:prosody\.)?util\./.test(dependency)
  const [name, fatal] = known ?? ['', isOwn]
  return {
    id: 'start-library-missing',
    subject: dependency,
    happened: `Prosody looked for ${dependency} at its start and did not find it; ${fatal ? 'it ends without' : 'it goes on without'}`,
    causes: [
      isOwn
        ? sure(`${dependency} is a compiled part of Prosody's own, which its package brings`)
        : sure(
            `it is not installed for Lua ${target.lua}${name === '' ? '' : `; Debian's ${name} has it`}`,
            'registry/libraries.json',
          ),
    ],
    steps: isOwn
      ? [step('install its package again', 'apt-get install --reinstall prosody')]
      : name === ''
        ? []
        : [step('install the package', `apt-get install --yes --no-install-recommends ${name}`)],
  }
}
