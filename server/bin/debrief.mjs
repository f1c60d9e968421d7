#!/usr/bin/env node
import { loadProgram } from '../build/load-program.mjs'

await loadProgram('cli/main')
