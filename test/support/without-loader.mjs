import module from 'node:module'

/**
 * Loaded before all else (NODE_OPTIONS of `npm test`): a loader of tap's looks at each module of a test, to know what is
 * covered. Without coverage nobody asks what it found, and it takes as long as the modules themselves.
 */
const { register } = module
module.register = (loader, ...rest) => {
  if (process.env._TAPJS_PROCESSINFO_COVERAGE_ !== '0' || !String(loader).includes('@tapjs/processinfo'))
    register(loader, ...rest)
}
