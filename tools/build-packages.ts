/** Copies what runs of other packages into dist/node_modules, where Node.js looks first for what dist/ imports. */
import {cpSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {packagesToShip} from './shipped-packages.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = join(root, 'dist')

rmSync(join(dist, 'node_modules'), {recursive: true, force: true})
for (const {folder, files} of packagesToShip(root)) {
  for (const file of files) cpSync(join(root, folder, file), join(dist, folder, file))
}
