export const costMessages = {};
