export * from './codes.ts'
export * from './file-name.ts'
export * from './files-api.ts'
export * from './receipt.ts'
