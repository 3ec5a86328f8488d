#!/usr/bin/env node
import {leave, main} from '../dist/main.js'

leave(await main(process.argv.slice(2)))
