export const statMessages = {};
