export const permissionMessages = {};
