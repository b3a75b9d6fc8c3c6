export const connectionMessages = {};
