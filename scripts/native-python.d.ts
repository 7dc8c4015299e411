export const findNativePython: () => string | undefined
