export const dashboardMessages = {};
