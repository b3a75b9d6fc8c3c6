export const workflowMessages = {};
