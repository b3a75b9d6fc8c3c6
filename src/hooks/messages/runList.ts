export const runListMessages = {};
