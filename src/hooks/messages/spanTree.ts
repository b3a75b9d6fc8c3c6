export const spanTreeMessages = {};
