export const findS3Server: () => string | undefined
