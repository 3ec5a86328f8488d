#!/usr/bin/env node
// Every Node.js since 12 can read this file: one that is too old has to be able to say so.
const oldest = '20.19'

function refuse(message, hint) {
  process.stderr.write('error: ' + message + '\nhint: ' + hint + '\n')
  process.exitCode = 1
}

// Of each line of even number the first that has all that is used here; 21 never got it.
const firstMinors = {20: 19, 22: 3}

function isTooOld(version) {
  const [major, minor] = version.split('.').map(Number)
  const first = firstMinors[major]
  return first === undefined ? major < 22 : minor < first
}

function unbuilt(error) {
  if (error.code !== 'MODULE_NOT_FOUND' || !/dist[\\/]load\.js/.test(error.message)) throw error
  refuse(
    'this copy of prosody-mods can not run: it is not built',
    'in the folder of the clone, run: npm ci && npm run build',
  )
}

function run({load, keepCode}) {
  const {main, leave} = load('main.js')
  main(process.argv.slice(2)).then((exitCode) => {
    // A run that failed has not run all that its command can.
    if (exitCode === 0 || exitCode === 6) keepCode()
    leave(exitCode)
  })
}

if (isTooOld(process.versions.node))
  refuse(
    'Node.js ' +
      process.versions.node +
      ' is too old for prosody-mods: ' +
      oldest +
      ' or later is needed, of 22 at least 22.3',
    "Debian 13's package nodejs is new enough; nodejs.org and version managers have newer ones",
  )
else {
  let loader
  try {
    loader = require('../dist/load.js')
  } catch (error) {
    unbuilt(error)
  }
  if (loader !== undefined) run(loader)
}
