import {fileURLToPath} from 'node:url'

/** The folder that holds package.json and registry/; right from src/ and, all output lying flat in it, from dist/. */
export const packageFolder = fileURLToPath(new URL('../', import.meta.url))
