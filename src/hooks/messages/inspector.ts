export const inspectorMessages = {};
